import { randomUUID } from 'node:crypto';
import type { Incident } from '../../alerting/incident.ts';
import { type SilenceReason, silenceOf } from '../../alerting/silences/silence-incident.ts';
import { ActionRefused } from '../../issues/issue-action.ts';
import { wrongWith } from '../../alerting/silences/check-silence.ts';
import type { Silence, WantedSilence } from '../../alerting/silences/silence.ts';
import type { SilenceStore } from '../../alerting/silences/silence-store.ts';
import type { SilenceAnswer, Silences } from '../../alerting/silences/silences.ts';
import type { Clock } from '../../runtime/clock.ts';

export interface SilenceBookDependencies {
  clock: Clock;
  store: SilenceStore;
  /** Called once it is stored that one was made, changed or ended. */
  onChanged: () => void;
}

/** The one door for all who make silences, whichever way they come. */
export class SilenceBook implements Silences {
  private readonly dependencies: SilenceBookDependencies;

  constructor(dependencies: SilenceBookDependencies) {
    this.dependencies = dependencies;
  }

  list(): Promise<readonly Silence[]> {
    return this.dependencies.store.listSilences();
  }

  async set(wanted: WantedSilence): Promise<SilenceAnswer> {
    const { store, onChanged } = this.dependencies;
    const now = this.now();
    const reason = wrongWith(wanted, now);
    if (reason !== undefined) return { kind: 'invalid', reason };
    const outcome = await store.setSilence(wanted, randomUUID(), now);
    if (outcome.kind === 'set') onChanged();
    return outcome;
  }

  /** @throws ActionRefused if there are too many */
  async ofIncident(incident: Incident, reason: SilenceReason): Promise<void> {
    const answer = await this.set(silenceOf(incident, reason, this.now()));
    if (answer.kind !== 'set')
      throw new ActionRefused(
        answer.kind === 'invalid' ? answer.reason : 'there are too many silences: end some first',
      );
  }

  async expire(id: string): Promise<boolean> {
    const { store, onChanged } = this.dependencies;
    const isThere = await store.expireSilence(id, this.now());
    if (isThere) onChanged();
    return isThere;
  }

  private now(): number {
    return Math.round(this.dependencies.clock.now());
  }
}
