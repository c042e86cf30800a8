/** Label values in the order of the family's label names. */
export type LabelValues = readonly string[];

/** `a="1",b="2"`, as it stands between braces in the text format. */
export function formatLabels(names: readonly string[], values: LabelValues): string {
  return names.map((name, i) => `${name}="${escapeLabelValue(values[i] ?? '')}"`).join(',');
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details */
function escapeLabelValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

export function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

export function formatValue(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}
