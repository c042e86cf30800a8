import type { DataPoint } from '../../../otlp/metric-view.ts';
import { cutText } from '../../../otlp/text.ts';
import { readBeyond } from '../../../redact/redactor.ts';

/** Longer names are cut: they become labels and keys. In UTF-16 units. */
export const longestName = 256;

/** What an attribute names, and a part of what is beyond the longest, see `readBeyond`; empty if it is not there. */
export function nameIn(attributes: DataPoint['attributes'], key: string): string {
  return cutText(String(attributes.get(key) ?? ''), longestName + readBeyond);
}
