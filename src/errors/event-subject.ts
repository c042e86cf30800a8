import type { AttributeValue } from '../otlp/attributes.ts';
import type { ErrorEvent } from './error-event.ts';

export const eventFields = [
  'service',
  'environment',
  'version',
  'severity',
  'class',
  'component',
  'type',
  'message',
  'operation',
] as const satisfies readonly (keyof ErrorEvent)[];

export type EventField = (typeof eventFields)[number];

const ofEvent = new Set<string>(eventFields);

/** An error event as matchers see it: its own fields by their names, and by any other name its attributes. */
export class EventSubject {
  private readonly event: ErrorEvent;

  constructor(event: ErrorEvent) {
    this.event = event;
  }

  value(name: string): AttributeValue | undefined {
    // What it will be, unless nothing was lost: rules are for what people will be told.
    if (name === 'severity') return this.event.held ?? this.event.severity;
    if (ofEvent.has(name)) return this.event[name as EventField];
    const { attributes } = this.event;
    return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  }
}
