import type { Frame } from '../error-event.ts';

/**
 * The last run of frames in a part of a trace. What stands above it is the message, which is the app's and may well
 * quote another trace.
 */
export class LastBlock {
  frames: Frame[] = [];
  /** The line of the first frame; undefined without any. */
  firstLine: number | undefined;
  #isOpen = false;

  add(frame: Frame, line: number): void {
    if (!this.#isOpen) {
      this.frames = [];
      this.firstLine = line;
      this.#isOpen = true;
    }
    this.frames.push(frame);
  }

  /** Something stands here that is no frame: the next frame begins another block. */
  interrupt(): void {
    this.#isOpen = false;
  }

  /** The frames so far were quoted. */
  clear(): void {
    this.frames = [];
    this.firstLine = undefined;
    this.#isOpen = false;
  }
}
