import type { PostedAlert } from '../../alerting/posted/posted-alert.ts';
import type { AlertView } from '../../alerting/routing/alert-view.ts';
import { subjectOf } from '../../alerting/labels.ts';
import { matchesAll } from '../../match/matcher.ts';
import { incidentMessage } from '../../notify/incident-message.ts';
import type { Links } from '../../notify/links.ts';
import { isoTime } from '../../runtime/iso-time.ts';
import type { AlertQuery, GettableAlert, PostableAlert } from '../contract/alertmanager.ts';

/** An alert is over for a client that does not ask again for so long: Alertmanager's `resolve_timeout`. */
const lapsesMillis = 5 * 60_000;

/** As long as Alertmanager's own, which are a hash of the labels. */
const fingerprintLength = 16;

/** @param mutedBy of the group that it is shown in */
export function gettableAlert(
  { incident, receivers, silencedBy, inhibitedBy }: AlertView,
  now: number,
  links: Pick<Links, 'url'>,
  mutedBy: readonly string[] = [],
): GettableAlert {
  const { summary, detail } = incidentMessage(incident);
  const generatorURL = links.url('console', { incident, last: undefined });
  const isHeld = silencedBy.length + inhibitedBy.length + mutedBy.length > 0;
  return {
    labels: { ...incident.labels },
    annotations: { summary, ...(detail !== '' && { description: detail }) },
    fingerprint: fingerprintOf(incident.key),
    status: {
      state: isHeld ? 'suppressed' : 'active',
      silencedBy: [...silencedBy],
      inhibitedBy: inhibitedBy.map(fingerprintOf),
      mutedBy: [...mutedBy],
    },
    receivers: receivers.map((name) => ({ name })),
    startsAt: isoTime(incident.startsAt),
    endsAt: isoTime(now + lapsesMillis),
    updatedAt: isoTime(incident.lastHeardAt),
    ...(generatorURL !== undefined && { generatorURL }),
  };
}

function fingerprintOf(key: string): string {
  return key.slice(0, fingerprintLength);
}

export function isAskedFor(
  { incident, receivers, silencedBy, inhibitedBy }: AlertView,
  { filter, active, silenced, inhibited, receiver }: AlertQuery,
): boolean {
  const isSilenced = silencedBy.length > 0;
  const isInhibited = inhibitedBy.length > 0;
  return (
    (active || isSilenced || isInhibited) &&
    (silenced || !isSilenced) &&
    (inhibited || !isInhibited) &&
    (receiver === undefined || receivers.some((name) => receiver.matches({ value: () => name }))) &&
    matchesAll(filter, subjectOf(incident.labels))
  );
}

/** Go writes the year 1 where it has no time. */
export function postedAlert({
  labels,
  annotations,
  startsAt,
  endsAt,
  generatorURL,
}: PostableAlert): PostedAlert {
  const time = (text: string | undefined): number | undefined => {
    const millis = text === undefined ? Number.NaN : Date.parse(text);
    return millis > 0 ? millis : undefined;
  };
  return {
    labels,
    annotations: annotations ?? {},
    startsAt: time(startsAt),
    endsAt: time(endsAt),
    generatorURL: generatorURL ?? '',
  };
}
