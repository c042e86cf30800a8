import { preferences } from '../runtime/preferences.ts';

/** `text`: Prometheus' text format, version 0.0.4. `openmetrics`: OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/**
 * The format that a client likes best of those there are, by its Accept header. Whoever does not ask for OpenMetrics gets the
 * text format, also if it asks for what is not there: a scraper that is answered can say what it cannot read.
 * Parameters other than q and version, such as the escaping scheme of names, are passed over: every name here needs none.
 */
export function negotiateFormat(accept: string | undefined): ExpositionFormat {
  let openMetrics = 0;
  let text = 0;
  for (const { value, parameters, quality } of preferences(accept ?? '')) {
    const version = parameters.get('version');
    if (value === 'application/openmetrics-text') {
      if (version === undefined || version === '1.0.0') openMetrics = Math.max(openMetrics, quality);
    } else if (value === 'text/plain' && (version === undefined || version === '0.0.4')) {
      text = Math.max(text, quality);
    }
  }
  return openMetrics > 0 && openMetrics >= text ? 'openmetrics' : 'text';
}
