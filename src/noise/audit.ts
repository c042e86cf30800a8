import { kindName } from '../otlp/span-kind.ts';
import type { SpanView } from '../otlp/span-view.ts';
import { mostNames } from '../otlp/trace-scanner.ts';
import { type Redaction, readBeyond, usualRedactor } from '../redact/redactor.ts';
import type { Clock } from '../runtime/clock.ts';
import { builtInRules } from './rule.ts';

/** A local root that was dropped. No attributes: they may hold what nobody should see. */
export interface NoiseSample {
  service: string;
  name: string;
  kind: string;
  /** Milliseconds since the Unix epoch, by our own clock. */
  at: number;
}

export interface RuleReport {
  rule: string;
  builtIn: boolean;
  /** Whether it is asked now: a rule that was taken away keeps its counts. */
  enabled: boolean;
  spans: number;
  bytes: number;
  lastDroppedAt: number | undefined;
  /** The last few that differ in service, name or kind, the newest first. */
  samples: readonly NoiseSample[];
}

/** As it is known here, and what of the request was sampled already. */
interface Known extends Omit<RuleReport, 'builtIn' | 'enabled'> {
  readonly sampled: Set<number>;
}

type DroppedRoot = Pick<SpanView, 'fullName' | 'kind' | 'nameNumber' | 'resource'>;

const mostKinds = 8;
const mostSamples = 5;
const longestName = 200;

/** What was dropped, by rule, since the start: nobody should have to guess where spans went. */
export class NoiseAudit {
  private readonly clock: Clock;
  private readonly redaction: () => Redaction;
  private readonly reports = new Map<string, Known>();

  /** @param redaction a name may have a url in it, with what nobody should see */
  constructor(clock: Clock, redaction: () => Redaction = () => usualRedactor) {
    this.clock = clock;
    this.redaction = redaction;
  }

  dropped(rule: string, spans: number, bytes: number): void {
    const report = this.reportOf(rule);
    report.spans += spans;
    report.bytes += bytes;
    report.lastDroppedAt = this.clock.now();
  }

  /** What follows is of another request. */
  begin(): void {
    for (const { sampled } of this.reports.values()) sampled.clear();
  }

  /** @param root of a local trace that was dropped */
  sample(rule: string, root: DroppedRoot, ofService: string): void {
    const report = this.reportOf(rule);
    // A request has hundreds that are alike: their texts are read once.
    const { nameNumber, kind: kindNumber, resource } = root;
    const same = (resource * mostNames + nameNumber) * mostKinds + kindNumber;
    if (nameNumber !== -1 && kindNumber >= 0 && kindNumber < mostKinds) {
      if (report.sampled.has(same)) return;
      report.sampled.add(same);
    }
    const name = root.fullName.slice(0, longestName + readBeyond);
    const service = ofService.slice(0, longestName + readBeyond);
    const kind = kindName(root.kind);
    const isSame = (sample: NoiseSample): boolean =>
      sample.name === name && sample.service === service && sample.kind === kind;
    const others = report.samples.filter((sample) => !isSame(sample));
    report.samples = [{ service, name, kind, at: this.clock.now() }, ...others].slice(0, mostSamples);
  }

  /** @param enabled names of the rules that are asked, in their order; they come first */
  report(enabled: readonly string[]): RuleReport[] {
    const redaction = this.redaction();
    const names = new Set([...enabled, ...builtInRules, ...this.reports.keys()]);
    return [...names].map((name) => {
      const { sampled: _, samples, ...report } = this.reportOf(name);
      return {
        ...report,
        samples: samples.map((sample) => ({
          ...sample,
          service: redaction.text(sample.service, longestName),
          name: redaction.text(sample.name, longestName),
        })),
        builtIn: (builtInRules as readonly string[]).includes(name),
        enabled: enabled.includes(name),
      };
    });
  }

  private reportOf(rule: string): Known {
    let report = this.reports.get(rule);
    if (report === undefined) {
      report = { rule, spans: 0, bytes: 0, lastDroppedAt: undefined, samples: [], sampled: new Set() };
      this.reports.set(rule, report);
    }
    return report;
  }
}
