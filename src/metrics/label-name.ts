/**
 * The label that an attribute becomes: what a label may not hold is an underscore, several in a row are one, and a digit does not come
 * first (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes).
 */
export function labelName(attribute: string): string {
  const name = attribute.replaceAll(/[^a-zA-Z0-9]+/g, '_');
  return /^\d/.test(name) ? `key_${name}` : name;
}
