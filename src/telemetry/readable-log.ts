import type { DestinationStream } from 'pino';

const colours: Readonly<Record<string, string>> = {
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[31m',
};
const reset = '\u001b[0m';

/** Turns log lines into text for a person at a terminal. */
export function readableLog(output: DestinationStream, colour: boolean): DestinationStream {
  return { write: (line) => output.write(readableLine(line, colour)) };
}

function readableLine(line: string, colour: boolean): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const clock = String(time).slice(11, 19);
  const details = Object.entries(rest).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : '';
  const start = level === 'info' ? '' : `${String(level).toUpperCase()} `;
  const text = `${clock} ${start}${String(msg)}${details.join('')}${stack}`;
  const code = colour ? (colours[String(level)] ?? '') : '';
  return code === '' ? `${text}\n` : `${code}${text}${reset}\n`;
}
