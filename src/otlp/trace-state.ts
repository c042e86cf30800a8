/** W3C Trace Context, section 3.3: as many list-members as a trace state may have. */
const mostMembers = 32;
const ours = 'ot';

/**
 * What OpenTelemetry says in a trace state: the value of one of the keys in its list-member, `ot=rv:…;th:…`
 * (https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/). Undefined if it says nothing of this.
 */
export function otValue(traceState: string, key: string): string | undefined {
  const pairs =
    membersOf(traceState)
      .find(isOurs)
      ?.slice(ours.length + 1)
      .split(';') ?? [];
  return pairs.find((pair) => pair.startsWith(`${key}:`))?.slice(key.length + 1);
}

/** The trace state with another value of this key. What else is said stays; a list-member that is changed goes to the front, as section 3.5 has it. */
export function withOtValue(traceState: string, key: string, value: string): string {
  const members = membersOf(traceState);
  const pairs =
    members
      .find(isOurs)
      ?.slice(ours.length + 1)
      .split(';') ?? [];
  const others = pairs.filter((pair) => pair !== '' && !pair.startsWith(`${key}:`));
  const changed = `${ours}=${[...others, `${key}:${value}`].join(';')}`;
  return [changed, ...members.filter((member) => !isOurs(member))].slice(0, mostMembers).join(',');
}

function membersOf(traceState: string): string[] {
  return traceState
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
}

function isOurs(member: string): boolean {
  return member.startsWith(`${ours}=`);
}
