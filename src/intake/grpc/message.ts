import type { ServerHttp2Stream } from 'node:http2';
import type { Clock } from '../../runtime/clock.ts';
import { chunkCopied } from '../../runtime/read-buffers.ts';
import { release } from '../../runtime/release.ts';
import type { Claim } from '../admission.ts';
import { Refused } from '../answer.ts';
import { noRoom, tooLarge } from '../limits.ts';

export interface Message {
  isCompressed: boolean;
  /** Alone in their memory. */
  bytes: Uint8Array;
}

export interface MessageLimits {
  maxBytes: number;
  claim: Claim;
  clock: Clock;
}

/** A flag, and the length of the message in big-endian order. */
export const prefixBytes = 5;

/** Half-sent requests would hold their memory for ever. As over HTTP: see GracefulServer. */
const timeoutMillis = 30_000;

/** What is made room for when a message begins: most are smaller, and whoever only says that there will be more takes no more. */
const firstBytes = 256 * 1024;

/**
 * Reads the one message of a unary call (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md, "Length-Prefixed-Message"), still compressed.
 * Room for it is claimed before it comes, in steps, so that memory is bounded whatever its length is said to be.
 * @throws Refused
 */
export function readMessage(stream: ServerHttp2Stream, limits: MessageLimits): Promise<Message> {
  return new Promise((resolve, reject) => {
    const arriving = new ArrivingMessage(limits);
    const leave = (): void => {
      cancelTimer();
      stream.off('data', take).off('end', end).off('close', breakOff);
    };
    const settle = (step: () => void): void => {
      try {
        step();
      } catch (error) {
        leave();
        reject(error);
      }
    };
    const take = (chunk: Buffer): void =>
      settle(() => {
        arriving.take(chunk);
        if (stream.session !== undefined) chunkCopied(stream.session, chunk);
      });
    const end = (): void =>
      settle(() => {
        const message = arriving.whole();
        leave();
        resolve(message);
      });
    const breakOff = (): void => {
      leave();
      reject(new Refused('malformed', 'the request ended before its end'));
    };
    const cancelTimer = limits.clock.after(timeoutMillis, () => {
      leave();
      reject(new Refused('tooSlow', `the request was not here whole after ${timeoutMillis / 1000} s`));
    });
    stream.on('data', take).once('end', end).once('close', breakOff);
  });
}

class ArrivingMessage {
  private readonly limits: MessageLimits;
  private readonly prefix = Buffer.alloc(prefixBytes);
  private prefixed = 0;
  private length = 0;
  private bytes = Buffer.alloc(0);
  private filled = 0;

  constructor(limits: MessageLimits) {
    this.limits = limits;
  }

  /** @param chunk not kept: it is a part of memory that others are parts of */
  take(chunk: Buffer): void {
    const at = this.prefixed < prefixBytes ? this.takePrefix(chunk) : 0;
    const added = chunk.length - at;
    if (added === 0) return;
    if (this.filled + added > this.length)
      throw new Refused('notOneMessage', 'there is more than one message in the request');
    this.makeRoom(this.filled + added);
    this.filled += chunk.copy(this.bytes, this.filled, at);
  }

  whole(): Message {
    if (this.prefixed === 0) throw new Refused('notOneMessage', 'there is no message in the request');
    if (this.prefixed < prefixBytes || this.filled < this.length)
      throw new Refused('malformed', 'the message is shorter than it says');
    return { isCompressed: this.prefix[0] === 1, bytes: this.bytes };
  }

  /** @returns where the prefix ends in the chunk */
  private takePrefix(chunk: Buffer): number {
    const at = chunk.copy(this.prefix, this.prefixed, 0, prefixBytes - this.prefixed);
    this.prefixed += at;
    if (this.prefixed < prefixBytes) return at;
    if (this.prefix[0]! > 1) throw new Refused('falseCompression', 'the compressed flag is neither 0 nor 1');
    this.length = this.prefix.readUInt32BE(1);
    if (this.length > this.limits.maxBytes) throw tooLarge(this.limits.maxBytes);
    if (this.length > 0) this.makeRoom(Math.min(this.length, firstBytes));
    return at;
  }

  private makeRoom(wanted: number): void {
    const { bytes } = this;
    if (wanted <= bytes.length) return;
    const size = Math.min(this.length, Math.max(wanted, 2 * bytes.length));
    if (!this.limits.claim.take(size - bytes.length)) throw noRoom();
    this.bytes = Buffer.allocUnsafeSlow(size);
    bytes.copy(this.bytes, 0, 0, this.filled);
    release(bytes);
  }
}
