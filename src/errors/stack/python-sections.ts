/** The lines of one exception. */
export interface PythonSection {
  /** How many groups it is in. */
  depth: number;
  lines: string[];
}

/** What a traceback says between two exceptions of which one led to the other. */
export function isPythonLink(line: string): boolean {
  const text = line.trimEnd();
  return (
    text === 'The above exception was the direct cause of the following exception:' ||
    text === 'During handling of the above exception, another exception occurred:'
  );
}

/**
 * The exceptions of a traceback, in the order they stand in. Of the members of a group it is the first alone: how many more
 * failed beside it differs from time to time.
 */
export function pythonSections(lines: readonly string[]): PythonSection[] {
  const sections: PythonSection[] = [];
  let section: PythonSection | undefined;
  for (const { depth, text } of outline(lines)) {
    if (isPythonLink(text)) {
      section = undefined;
      continue;
    }
    if (section?.depth !== depth) {
      section = { depth, lines: [] };
      sections.push(section);
    }
    if (!isQuote(text)) section.lines.push(text);
  }
  return sections;
}

/** Pools of processes put the traceback of another process into quotes, as the message of a cause (`RemoteTraceback`). */
function isQuote(text: string): boolean {
  return text === '"""' || /^[\w.]{0,200}RemoteTraceback:\s?$/.test(text);
}

interface Line {
  depth: number;
  text: string;
}

const groupBegin = /^ {2}\+ Exception Group Traceback /;
const bar = /^ {2,}[|+]/;
/** Above the first member of a group; above each other one, and below the last. */
const firstMember = /^ +\+-\+-+ 1 -+$/;
const otherMember = /^ +\+-+(?: (?:\d+|\.\.\.) -+)?$/;

/** The lines without the bars in front of them, and how far in those stood. */
function* outline(lines: readonly string[]): Generator<Line> {
  let inGroup = false;
  let skipped = Number.POSITIVE_INFINITY;
  for (const untrimmed of lines) {
    const line = untrimmed.trimEnd();
    inGroup = groupBegin.test(line) || (inGroup && bar.test(line));
    if (!inGroup) {
      skipped = Number.POSITIVE_INFINITY;
      yield { depth: 0, text: line };
      continue;
    }
    const { depth, text } = behindBar(line);
    if (depth < skipped) skipped = otherMember.test(line) ? depth : Number.POSITIVE_INFINITY;
    if (depth < skipped && !firstMember.test(line)) yield { depth, text };
  }
}

/** Two spaces for each group, and two for all. */
function behindBar(line: string): Line {
  const indentation = line.search(/[|+]/);
  return { depth: Math.floor(indentation / 2) - 1, text: line.slice(indentation + 2) };
}
