import type { Incident } from '../alerting/incident.ts';
import type { Severity } from '../errors/error-event.ts';
import type { Circumstances } from './circumstances.ts';
import type { IncidentActionName } from './incident-action.ts';
import type { Link } from './links.ts';

/**
 * What people are to see, apart from any chat: a receiver lays it out natively. All text in it may come from an app and
 * is not to be formatted, linked or mentioned by.
 */
export interface Message {
  state: 'firing' | 'ended';
  severity: Severity;
  /** Makes sense by itself on a lock screen. */
  summary: string;
  /** What failed, in one line. */
  title: string;
  /** What the app said about it; the title or the summary may say it as well. */
  detail: string;
  facts: readonly Fact[];
  /** What is not shown yet where the message is edited; empty where it is posted. */
  news: readonly News[];
  links: readonly Link[];
  /** Calls of the user's own code, the failing one first. */
  frames: readonly string[];
  /** What this is, for people to refer to. */
  footer: string;
  /** What it is about, for receivers that are read by programs; undefined if it is about none, as a test is. */
  incident?: Incident;
  /** What people can do about it, for receivers that have buttons; nothing, if it is absent. */
  actions?: readonly IncidentActionName[];
  /** What is known beside it. */
  circumstances?: Circumstances;
  /** What it is about where it is a digest. */
  digest?: Digested;
  /** Nothing is new, and it is told again: when it was told before, so that one such message is not taken for another. */
  repeatOf?: number;
  /** In whose place it is told, and why; a fact says so as well. */
  fallbackOf?: { receiver: string; reason: string };
}

/** What is in a digest. */
export interface Digested {
  /** All in all. */
  count: number;
  /** Since when; milliseconds since the Unix epoch. */
  since: number;
  /** Of those that go on, the worst, the worst of them first; of equally bad ones those that came last. */
  worst: readonly Incident[];
}

/** Something that happened since people were told: where there are threads it is said in that of the message. */
export interface News {
  text: string;
  /** Whether it is as much to be heard as the message was. */
  isLoud: boolean;
  /** It says what it is about: what the message is about need not stand before it. */
  standsAlone?: boolean;
}

export interface Fact {
  /** Never what an app says: it is laid out as our own words are. */
  name: string;
  value: string | Moment;
  /** It may stand in one line with the one before. */
  isBeside?: boolean;
  /** The summary says it: where that is shown as well, nothing is said twice. */
  isInSummary?: boolean;
  /** People copy it, to search for it or to send it to somebody. */
  isToCopy?: boolean;
}

/** A point in time that a receiver shows in the reader's own time zone where it can. */
export interface Moment {
  /** Milliseconds since the Unix epoch. */
  at: number;
}
