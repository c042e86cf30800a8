/** A line of `/metrics`. */
export interface Exposed {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/y;

/**
 * Reads the text format of Prometheus (0.0.4), of which comments say nothing here.
 * @throws Error at a line that is not of it
 */
export function parseExposition(text: string): Exposed[] {
  return text
    .split('\n')
    .filter((each) => each !== '' && !each.startsWith('#'))
    .map((each) => {
      const [, name, labels = '', value] = line.exec(each) ?? [];
      const number = Number(value?.replace('Inf', 'Infinity'));
      if (name === undefined || (Number.isNaN(number) && value?.toLowerCase() !== 'nan'))
        throw new Error(`not a line of /metrics: ${each}`);
      return { name, labels: labelsOf(labels), value: number };
    });
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  for (let at = 0; at < text.length; at = label.lastIndex) {
    const [, name, value] = label.exec(text) ?? [];
    if (name === undefined) throw new Error(`not labels: ${text}`);
    labels[name] = value!.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}
