/** Milliseconds that this process has computed for: what others do on the machine does not count. */
export function cpuMillis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
