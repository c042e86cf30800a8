/** A sample's value, as both formats take it. */
export function formatValue(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}

/**
 * A bound as OpenMetrics wants it in a label, where 1 and 1.0 would be two values: what Go prints for %g, with `.0` after a whole
 * number (https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#considerations-canonical-numbers).
 */
export function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) return formatValue(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** Milliseconds since the Unix epoch as a timestamp of OpenMetrics: seconds. */
export function formatTimestamp(millis: number): string {
  return String(Math.round(millis) / 1000);
}
