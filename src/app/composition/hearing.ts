import type { AppActivity } from '../../derive/app-activity.ts';
import type { TargetInfo } from '../../derive/target-info.ts';
import type { Acceptor } from '../../pipeline/acceptor.ts';
import type { Clock } from '../../runtime/clock.ts';

/** Takes note of who is heard of, on the way of telemetry into the parts that are given. */
export function hearing(
  activity: AppActivity,
  clock: Clock,
): {
  targets: (targets: Pick<TargetInfo, 'seen'>) => Pick<TargetInfo, 'seen'>;
  anything: (acceptor: Acceptor) => Acceptor;
} {
  return {
    targets: (targets) => ({
      seen: (values) => {
        const [service = '', , environment = ''] = values;
        activity.heard(service, environment, clock.monotonic());
        targets.seen(values);
      },
    }),
    anything: (acceptor) => ({
      accept: async (body, onWhole) => {
        const accepted = await acceptor.accept(body, onWhole);
        activity.heardAnything(clock.monotonic());
        return accepted;
      },
    }),
  };
}
