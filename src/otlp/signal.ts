/** The kinds of telemetry that OTLP carries here, as its paths name them. */
export const signals = ['traces', 'logs', 'metrics'] as const;
export type Signal = (typeof signals)[number];
