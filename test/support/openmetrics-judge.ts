import assert from 'node:assert/strict';

export interface JudgedSample {
  name: string;
  labels: string;
  value: number;
  exemplar: string | undefined;
}

export interface JudgedFamily {
  type: string;
  unit: string | undefined;
  samples: JudgedSample[];
}

const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  unknown: [''],
  info: ['_info'],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  summary: ['', '_count', '_sum', '_created'],
};

const labelPattern = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\n"])*"`;
const labelsPattern = String.raw`(?:${labelPattern}(?:,${labelPattern})*)?`;
const samplePattern = new RegExp(
  String.raw`^([a-zA-Z_:][\w:]*)(?:\{(${labelsPattern})\})? (\S+)(?: # \{(${labelsPattern})\} \S+(?: \d+(?:\.\d+)?)?)?$`,
);

/**
 * Reads an exposition as strictly as OpenMetrics 1.0 asks for, and fails on what it does not allow: a judge that shares nothing with the
 * code that is judged.
 */
export function judgeOpenMetrics(text: string): Map<string, JudgedFamily> {
  assert.ok(text.endsWith('# EOF\n'), 'the text ends with # EOF');
  const lines = text.slice(0, -1).split('\n');
  assert.equal(lines.indexOf('# EOF'), lines.length - 1, 'nothing stands behind # EOF');
  const families = new Map<string, JudgedFamily>();
  const seen = new Set<string>();
  let current: { name: string; family: JudgedFamily } | undefined;
  for (const line of lines.slice(0, -1)) {
    const [, keyword, name, rest] = /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][\w:]*) (.*)$/.exec(line) ?? [];
    if (line.startsWith('#')) assert.ok(keyword !== undefined && name !== undefined, `a comment: ${line}`);
    if (keyword !== undefined) {
      if (current?.name !== name) {
        assert.ok(!families.has(name!), `${name} comes once`);
        current = { name: name!, family: { type: 'unknown', unit: undefined, samples: [] } };
        families.set(name!, current.family);
      }
      assert.equal(current!.family.samples.length, 0, `${line} stands before the samples`);
      if (keyword === 'TYPE') {
        assert.ok(Object.hasOwn(suffixes, rest!), `a type: ${line}`);
        current!.family.type = rest!;
      } else if (keyword === 'UNIT') {
        assert.ok(name!.endsWith(`_${rest}`), line);
        current!.family.unit = rest;
      } else {
        assert.match(rest!, /^(?:[^"\\]|\\[\\n"])*$/);
      }
    } else {
      assert.ok(current !== undefined, `${line} has a family`);
      current.family.samples.push(judgeSample(line, current.name, current.family.type, seen));
    }
  }
  for (const [name, { type, samples }] of families) if (type === 'histogram') judgeBuckets(name, samples);
  return families;
}

function judgeSample(line: string, family: string, type: string, seen: Set<string>): JudgedSample {
  const match = samplePattern.exec(line);
  assert.ok(match !== null, `a sample: ${line}`);
  const [, name, labels = '', valueText, exemplar] = match;
  const suffix = name!.slice(family.length);
  assert.ok(
    name!.startsWith(family) && suffixes[type]!.includes(suffix),
    `${name} is of the ${type} ${family}`,
  );
  assert.ok(!seen.has(`${name}{${labels}}`), `${line} comes once`);
  seen.add(`${name}{${labels}}`);
  const value = valueText === '+Inf' ? Infinity : Number(valueText);
  if (type === 'counter' || type === 'histogram') assert.ok(value >= 0, `${line} is not negative`);
  if (exemplar !== undefined) {
    assert.ok(suffix === '_bucket' || suffix === '_total', `an exemplar may stand here: ${line}`);
    assert.ok(exemplar.replaceAll(/[="{},]/g, '').length <= 128, `an exemplar is short: ${line}`);
  }
  return { name: name!, labels, value, exemplar };
}

/** Each series has its buckets in order, the last without a bound, which is its count. */
function judgeBuckets(family: string, samples: readonly JudgedSample[]): void {
  let last = { labels: '', bound: -Infinity, value: 0 };
  for (const { name, labels, value } of samples) {
    if (name === `${family}_bucket`) {
      const bound = /(?:^|,)le="([^"]*)"/.exec(labels)?.[1];
      assert.match(bound!, /^\+Inf$|^\d+\.\d+$|^\d(\.\d+)?e[+-]\d\d+$/, `${bound} is written as a float`);
      const others = labels.replace(/,?le="[^"]*"/, '');
      if (others !== last.labels || last.bound === Infinity)
        last = { labels: others, bound: -Infinity, value: 0 };
      const number = bound === '+Inf' ? Infinity : Number(bound);
      assert.ok(number > last.bound && value >= last.value, `${labels} is larger than the bucket before it`);
      last = { labels: others, bound: number, value };
    } else if (name === `${family}_count`) {
      assert.equal(last.bound, Infinity);
      assert.equal(value, last.value, `${name}{${labels}} is its last bucket`);
    }
  }
}
