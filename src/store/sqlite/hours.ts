const hourMillis = 3_600_000;

/** Hours since the Unix epoch. */
export function hourOf(time: number): number {
  return Math.floor(time / hourMillis);
}

export function timeOfHour(hour: number): number {
  return hour * hourMillis;
}
