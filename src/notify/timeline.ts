import type { Incident } from '../alerting/incident.ts';
import type { TimelineEntry, TimelineKind } from '../alerting/timeline.ts';
import type { Delivery, Settlement } from './delivery.ts';
import type { DigestNote } from './delivery-store.ts';
import type { GroupNote } from './group-store.ts';
import type { Message } from './message.ts';
import type { Outcome } from './receiver.ts';

/** How it is called that people were told, and that they would have been. */
const told = {
  post: 'sent',
  edit: 'edited',
  reply: 'replied',
  digest: 'digested',
  group: 'grouped',
} as const;
const untold = {
  post: 'would send',
  edit: 'would edit',
  reply: 'would reply',
  digest: 'would digest',
  group: 'would group',
} as const;

/** What is to be noted of a try to show a message. */
export function noteOfTry(
  { receiver, incident, reference }: Delivery,
  { news, summary }: Pick<Message, 'news' | 'summary'>,
  outcome: Outcome,
  at: number,
  isDryRun = false,
): Pick<Settlement, 'timeline' | 'message'> {
  const about = { at, receiver, revision: incident.revision };
  if (outcome.kind !== 'delivered') {
    const reason = 'reason' in outcome ? { reason: outcome.reason } : {};
    return { timeline: [{ ...about, kind: outcome.kind, ...reason }] };
  }
  const kind = reference === undefined ? 'post' : 'edit';
  const replies = kind === 'post' ? [] : news.map(({ text }) => text);
  const kinds = isDryRun ? untold : told;
  const timeline: TimelineEntry[] = [{ ...about, kind: kinds[kind] }];
  if (replies.length > 0) timeline.push({ ...about, kind: kinds.reply, reason: replies.join(' ') });
  return { timeline, message: { at, kind, replies, text: summary, incidentKey: incident.key, isDryRun } };
}

/** What is to be noted where nothing is shown of what has become different. */
export function skippedEntry(delivery: Delivery, at: number): TimelineEntry {
  const { receiver, incident } = delivery;
  const reason = whySkipped(delivery);
  return { at, kind: 'skipped', receiver, revision: incident.revision, reason };
}

function whySkipped({ inDigest, toldIn }: Delivery): string {
  if (toldIn !== undefined) return 'it was told in the message of another alert of its group';
  return inDigest
    ? 'it was told in a digest, which does not go on'
    : 'messages cannot be edited here: only changes of state are told';
}

/** Of each alert that was told in the message of another of its group. */
export function noteOfGroup(
  members: readonly Incident[],
  head: Incident,
  at: number,
  isDryRun: boolean,
): GroupNote {
  const name = head.issue?.shortId ?? head.key.slice(0, 8);
  return { at, kind: (isDryRun ? untold : told).group, reason: `in the message of ${name}`, members };
}

/** Of a digest, and each incident in it. @param isEdit of one that was posted before */
export function noteOfDigest(
  outcome: Extract<Outcome, { kind: 'delivered' | 'rejected' }>,
  text: string,
  isEdit: boolean,
  at: number,
  isDryRun = false,
): DigestNote {
  if (outcome.kind === 'rejected') return { at, kind: 'rejected', reason: outcome.reason };
  const kind: TimelineKind = (isDryRun ? untold : told).digest;
  return { at, kind, message: { at, kind: isEdit ? 'edit' : 'digest', replies: [], text, isDryRun } };
}
