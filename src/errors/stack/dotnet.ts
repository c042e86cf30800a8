import type { Cause, Frame } from '../error-event.ts';
import { dotnetLibraries } from './dotnet-libraries.ts';
import { dotnetName } from './dotnet-names.ts';
import { headingOf } from './heading.ts';
import { LastBlock } from './last-block.ts';
import type { ParsedStack } from './reader.ts';
import { isWithin, lineNumber } from './text.ts';

/**
 * What `Exception.ToString()` writes: the headings of the exception and of those within it, then the frames of the
 * innermost, and behind the end of each the frames of the one around it. Of several exceptions within an
 * `AggregateException` only the first is a cause.
 */
export function dotnetStack(lines: readonly string[]): ParsedStack | undefined {
  const [own, ...causes] = new ChainReader(lines).chain();
  const { frames } = own!.block;
  if (frames.length === 0 && causes.every(({ block }) => block.frames.length === 0)) return undefined;
  return { frames, causes: causes.map(causeOf) };
}

/** One exception of the chain. */
interface Exception {
  /** Its heading, which goes on in the lines behind it. */
  heading: string[];
  block: LastBlock;
}

function causeOf({ heading, block }: Exception): Cause {
  return { ...headingOf(heading), frames: block.frames };
}

const arrow = '---> ';
const otherOfAggregate = `${arrow}(Inner Exception #`;
const endOfOther = '<---';

class ChainReader {
  readonly #lines: readonly string[];
  readonly #chain: Exception[] = [{ heading: [], block: new LastBlock() }];
  /** The one that the lines are about. */
  #depth = 0;
  /** How far it is within the further exceptions of an aggregate. */
  #others = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  /** The outermost first, its root cause last. */
  chain(): readonly Exception[] {
    for (const [at, line] of this.#lines.entries()) {
      const text = line.trim();
      if (text.startsWith(otherOfAggregate)) this.#others++;
      if (this.#others === 0) this.#read(text, line, at);
      else if (text.endsWith(endOfOther)) this.#others--;
    }
    return this.#chain;
  }

  #read(text: string, line: string, at: number): void {
    const { block, heading } = this.#chain[this.#depth]!;
    if (isSeparator(text)) {
      if (isInnerEnd(text)) this.#depth = Math.max(0, this.#depth - 1);
      return;
    }
    const frame = parseFrame(text);
    if (frame !== undefined) {
      block.add(frame, at);
    } else if (!this.#readInner(text)) {
      block.interrupt();
      if (block.firstLine === undefined) heading.push(line);
    }
  }

  /** The .NET Framework writes the headings in one line, later versions one below the other. */
  #readInner(text: string): boolean {
    const isInnermost = this.#depth === this.#chain.length - 1;
    if (!isInnermost || !text.includes(arrow)) return false;
    const [before = '', ...inner] = text.split(text.startsWith(arrow) ? /(?:^| )---> / : ' ---> ');
    if (inner.length === 0 || !inner.every(isException)) return false;
    const around = this.#chain.at(-1)!;
    if (before !== '') around.heading.push(before);
    // Frames come behind those of what is within: these were quoted by the message.
    around.block.clear();
    for (const heading of inner) this.#chain.push({ heading: [heading], block: new LastBlock() });
    this.#depth = this.#chain.length - 1;
    return true;
  }
}

/** Tells an exception from a message with an arrow in it. */
function isException(heading: string): boolean {
  const { type } = headingOf([heading]);
  return type.includes('.') || type.endsWith('Exception');
}

/** `--- End of inner exception stack trace ---` and `--- End of stack trace from previous location ---`, in any language. */
function isSeparator(text: string): boolean {
  return text.startsWith('--- ') && text.endsWith(' ---');
}

/** In English, and in German, French, Spanish, Italian and Portuguese as the .NET Framework has them. */
function isInnerEnd(separator: string): boolean {
  return separator.includes('inner') || separator.includes('intern');
}

/** How the .NET Framework says `at`. */
const atWords: ReadonlySet<string> = new Set(['at', 'bei', 'à', 'en', 'em', 'in', 'w', 'в', '在', '場所']);

/** `at Namespace.Class.Method(Type name) in /src/File.cs:line 12` */
function parseFrame(text: string): Frame | undefined {
  const space = text.indexOf(' ');
  if (!atWords.has(text.slice(0, space))) return undefined;
  const open = text.indexOf('(', space);
  const close = text.indexOf(')', open);
  if (open === -1 || close === -1 || !isSignature(text.slice(space + 1, open), text.slice(open + 1, close))) {
    return undefined;
  }
  const source = parseSource(text.slice(close + 1));
  if (source === undefined) return undefined;
  const name = dotnetName(text.slice(space + 1, open));
  return { ...name, ...source, inApp: isInApp(name.module) };
}

/** V8 has a space before the parenthesis, the JVM a file behind it, which has neither a space nor a comma. */
function isSignature(name: string, parameters: string): boolean {
  const hasParameters = parameters === '' || (parameters.includes(' ') && !parameters.includes(':'));
  const isJava = parameters === 'Native Method' || parameters === 'Unknown Source';
  return (
    hasParameters && !isJava && !/[\s/\\:]/.test(name) && (/^.+\../s.test(name) || madeAtRunTime.test(name))
  );
}

/** Code of expression trees, which is in no type. */
const madeAtRunTime = /^lambda_method\d*$/;

/** Code that was compiled ahead of time has an offset and no file. */
const offset = /^ \+ 0x[\da-f]+/i;

/** ` in /src/File.cs:line 12`; nothing for code without symbols. */
function parseSource(behind: string): Pick<Frame, 'file' | 'line'> | undefined {
  const text = behind.replace(offset, '');
  if (text === '') return {};
  const colon = text.lastIndexOf(':');
  const pathAt = text.indexOf(' ', 1) + 1;
  if (colon <= pathAt || pathAt === 0) return undefined;
  const position = /^(\S{1,16}) (\d{1,10}|0x[\da-f+x]+)\.?$/i.exec(text.slice(colon + 1));
  if (position === null) return undefined;
  const line = lineNumber(position[2]!);
  // Without symbols there may be a place in the assembly: `in Shop.dll:token 0x6000001+0x12`.
  return line === undefined ? {} : { file: text.slice(pathAt, colon), line };
}

/** What has no module was made at run time. */
function isInApp(module: string | undefined): boolean {
  return module !== undefined && !isWithin(module, dotnetLibraries, '.');
}
