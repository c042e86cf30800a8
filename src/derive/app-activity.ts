/** An app that sends telemetry, or did. */
export interface AppHeard {
  service: string;
  environment: string;
  /** For how long nothing was heard of it; milliseconds. */
  silentMillis: number;
  /** Up to then it was heard of nearly every minute. */
  wasSteady: boolean;
}

interface App {
  service: string;
  environment: string;
  /** By the monotonic clock. */
  heardAt: number;
  /** A bit for each of the minutes up to then in which it was heard of, the last one first. */
  minutes: number;
}

const minuteMillis = 60_000;
/** An app is steady that was heard of in so many of so many minutes: who is called now and then is silent now and then. */
const steady = { minutes: 8, of: 10 };
const remembered = 2 ** steady.of - 1;
/** Far more than run in one pod. */
const mostApps = 1_000;
/** Who was not heard of for a day was taken away. */
const longestSilenceMillis = 86_400_000;
/** A service may be in several environments: it counts as in the same one for as long as that is heard of. */
const goneMillis = 10 * minuteMillis;

/** When which app was heard of. */
export class AppActivity {
  private readonly apps = new Map<string, App>();
  /** By service. Kept when nothing is heard any more: a job runs once a night. */
  private readonly environments = new Map<string, { environment: string; heardAt: number }>();
  /** When something came of which it is not looked at whose it is. */
  private anythingAt = Number.NEGATIVE_INFINITY;
  private isAnything = false;

  /** Spans of this app came. @param now by the monotonic clock */
  heard(service: string, environment: string, now: number): void {
    this.isAnything = true;
    this.named(service, environment, now);
    const key = `${service}\u0000${environment}`;
    const app = this.apps.get(key);
    if (app === undefined) {
      if (this.apps.size < mostApps) this.apps.set(key, { service, environment, heardAt: now, minutes: 1 });
      return;
    }
    const passed = Math.floor(now / minuteMillis) - Math.floor(app.heardAt / minuteMillis);
    if (passed > 0) app.minutes = ((passed > steady.of ? 0 : app.minutes << passed) | 1) & remembered;
    app.heardAt = now;
  }

  /** Logs or metrics came: the apps that send are there, whoever of them it was. */
  heardAnything(now: number): void {
    this.isAnything = true;
    this.anythingAt = now;
  }

  /** An app was known to be silent before this process began. */
  expect(service: string, environment: string, heardAt: number): void {
    this.apps.set(`${service}\u0000${environment}`, { service, environment, heardAt, minutes: remembered });
  }

  /** Whether anything came since the start. */
  get hasHeard(): boolean {
    return this.isAnything;
  }

  /** The service is, or was, in this environment. */
  named(service: string, environment: string, now: number): void {
    const known = this.environments.get(service);
    const isOther = known !== undefined && known.environment !== environment;
    if (environment === '' || (isOther && now - known.heardAt <= goneMillis)) return;
    if (known === undefined && this.environments.size >= mostApps)
      this.environments.delete(this.environments.keys().next().value!);
    this.environments.set(service, { environment, heardAt: now });
  }

  /** The environment of a service: of several the one that it named first, as long as it still does. Empty if it named none. */
  environmentOf(service: string): string {
    return this.environments.get(service)?.environment ?? '';
  }

  all(now: number): AppHeard[] {
    for (const [key, { heardAt }] of this.apps)
      if (now - heardAt > longestSilenceMillis) this.apps.delete(key);
    return Array.from(this.apps.values(), ({ service, environment, heardAt, minutes }) => ({
      service,
      environment,
      silentMillis: now - Math.max(heardAt, this.anythingAt),
      wasSteady: bitsIn(minutes) >= steady.minutes,
    }));
  }
}

function bitsIn(value: number): number {
  let bits = 0;
  for (let rest = value; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
}
