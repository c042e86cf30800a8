import type { ErrorEvent } from '../error-event.ts';
import { type EventField, EventSubject, eventFields } from '../event-subject.ts';
import { cleanMessage } from '../message.ts';

/** One part of a fingerprint that the user has said: a text with what an event has in its place. */
export type Template = (event: ErrorEvent) => string;

/** The text is no template; the message says why. */
export class TemplateInvalid extends Error {
  override readonly name = 'TemplateInvalid';
}

const ofAttribute = 'attribute.';

/** @throws TemplateInvalid */
export function parseTemplate(text: string): Template {
  const [before = '', ...references] = text.split('{{');
  if (before.includes('}}'))
    throw new TemplateInvalid('}} closes nothing: a reference is written {{ type }}');
  const pieces = references.map(pieceOf);
  return (event) => before + pieces.map((piece) => piece(event)).join('');
}

/** @param text from behind the braces that open a reference to those that open the next */
function pieceOf(text: string): Template {
  const [reference = '', behind, ...more] = text.split('}}');
  if (behind === undefined) throw new TemplateInvalid('{{ is not closed: a reference is written {{ type }}');
  if (more.length > 0) throw new TemplateInvalid('}} closes nothing: a reference is written {{ type }}');
  const value = valueOf(reference.trim());
  return (event) => value(event) + behind;
}

function valueOf(name: string): Template {
  // What Tocsin has named it.
  if (name === 'default') return ({ fingerprint }) => fingerprint;
  // Ids in it would make an issue of each event.
  if (name === 'message') return ({ message }) => cleanMessage(message);
  const key = name.startsWith(ofAttribute) ? name.slice(ofAttribute.length) : '';
  if (key !== '') return ({ attributes }) => (Object.hasOwn(attributes, key) ? String(attributes[key]) : '');
  if (eventFields.includes(name as EventField)) return (event) => String(new EventSubject(event).value(name));
  throw new TemplateInvalid(
    `there is no {{ ${name.slice(0, 64)} }}: it is default, ${eventFields.join(', ')}, or attribute. and the key of one`,
  );
}
