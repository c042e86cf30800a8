/** A message that somebody was sent, or would have been. */
export interface SentMessage {
  /** Milliseconds since the Unix epoch. */
  at: number;
  kind: 'post' | 'edit' | 'digest';
  /** What was said in its thread as well. */
  replies: readonly string[];
  /** As it stands in the notification. */
  text: string;
  /** What it is about; undefined of a digest. */
  incidentKey?: string;
  isDryRun: boolean;
}

/** What one receiver was sent in one day, or would have been. */
export interface SentDay {
  /** When it began, in UTC; milliseconds since the Unix epoch. */
  day: number;
  receiver: string;
  isDryRun: boolean;
  posts: number;
  edits: number;
  replies: number;
  digests: number;
  /** The first of the day; no edits. */
  examples: readonly SentExample[];
}

export interface SentExample {
  at: number;
  kind: 'post' | 'reply' | 'digest';
  text: string;
  incidentKey?: string;
}

/** Which days, the last first. */
export interface SentQuery {
  receiver?: string;
  /** 1 to 1000. */
  limit: number;
  cursor?: string;
}
