/** Label values in the order of the family's label names. */
export type LabelValues = readonly string[];

/** `a="1",b="2"`, as it stands between braces in both formats. */
export function formatLabels(names: readonly string[], values: LabelValues): string {
  let text = '';
  for (let i = 0; i < names.length; i++) {
    text += `${i === 0 ? '' : ','}${names[i]!}="${escapeLabelValue(values[i] ?? '')}"`;
  }
  return text;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details */
function escapeLabelValue(value: string): string {
  if (!/[\\\n"]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
