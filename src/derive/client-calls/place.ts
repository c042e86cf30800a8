import { Profile } from '../advice/profile.ts';
import type { Series } from '../../metrics/series-set.ts';

/** Whose calls go to whom. The same object for as long as it is known. */
export interface Place {
  service: string;
  /** As a label says it. */
  dependency: string;
  /** There are too many to be told apart: this stands for all others. */
  isOther: boolean;
  /** When the last call was heard of, by the monotonic clock. */
  heardAt: number;
  /** Attempts at calls so far, and those of them that were not the first. */
  attempts: number;
  retries: number;
  /** The same, each counted once whatever it stands for. */
  seenAttempts: number;
  seenRetries: number;
  /** Calls that were tried again, by what became of them. */
  recovered: number;
  exhausted: number;
  /** What advice is made of. */
  readonly profile: Profile;
  /** When what may come of a failure was made sure to have series, by method and reason. */
  readonly preparedAt: Map<string, number>;
  /** Of its attempts, by method and outcome. */
  readonly series: Map<number, Series>;
}

export function newPlace(service: string, dependency: string, heardAt: number, isOther = false): Place {
  return {
    service,
    dependency,
    isOther,
    heardAt,
    attempts: 0,
    retries: 0,
    seenAttempts: 0,
    seenRetries: 0,
    recovered: 0,
    exhausted: 0,
    profile: new Profile(),
    preparedAt: new Map(),
    series: new Map(),
  };
}
