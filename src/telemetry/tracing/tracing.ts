export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Work {
  /** Of few different values: what is worked on stands in the attributes. */
  name: string;
  kind: 'server' | 'client' | 'internal';
  /**
   * Each has a trace of its own, since work of several is put together on the way: a parent would be whoever came first. What is
   * done by a loop that goes on for ever is besides in the context in which somebody happened to wake it.
   */
  isLoop?: true;
  attributes: Attributes;
}

export interface ActiveSpan {
  set(attributes: Attributes): void;
}

/** Tocsin's own traces. The rooms do not know of it: what they do is wrapped where they are put together. */
export interface Tracing {
  /** Works within a span of a trace of its own; what is thrown is recorded on it and thrown on. */
  run<T>(work: Work, doing: (span: ActiveSpan) => Promise<T>): Promise<T>;
  /** Works without spans, however deep, but for loops that it wakes: what is done for somebody's own traces must not lead to more of them. */
  silently<T>(doing: () => T): T;
}

export const noSpan: ActiveSpan = { set: () => undefined };

/** Unless they are asked for. */
export const noTracing: Tracing = {
  run: (_work, doing) => doing(noSpan),
  silently: (doing) => doing(),
};
