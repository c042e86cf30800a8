const dayMillis = 86_400_000;

/**
 * By which events go when there is no room for all: the least first. What an event still has to say halves with each day that it is old,
 * and with each doubling of the events that its issue had before. Both as a logarithm to the base of two, in days, that is a time: the
 * order of two events never changes, so that an index can hold it.
 *
 * Of the events of one issue every second is that much less relevant, and of the others every second again, and so on: what is left of
 * a storm is spread over all of it, and neither its beginning nor its end alone.
 * @param storedAt by our own clock; milliseconds since the Unix epoch
 * @param position among the events that are kept of its issue: 1 is the first
 */
export function relevanceRank(storedAt: number, position: number): number {
  return Math.round(storedAt - Math.log2(oddPart(position)) * dayMillis);
}

/** What is left when it is halved as often as it can be. */
function oddPart(position: number): number {
  return position / (position & -position);
}
