import type { Case } from '../case.ts';
import type { ListeningTocsin } from '../tocsin.ts';
import { badDataCases } from './bad-data.ts';
import { commonCases } from './common.ts';
import { connectionCases } from './connections.ts';
import { failureCases } from './failures.ts';
import { httpCases } from './http.ts';
import { idCases } from './ids.ts';
import { jsonCases } from './json.ts';
import { limitCases } from './limits.ts';
import { sizeCases } from './sizes.ts';
import { valueCases } from './values.ts';

/** What is held against a Tocsin that listens. */
export const intakeCases: readonly Case<ListeningTocsin>[] = [
  ...commonCases,
  ...idCases,
  ...sizeCases,
  ...valueCases,
  ...httpCases,
  ...connectionCases,
  ...failureCases,
  ...badDataCases,
  ...limitCases,
  ...jsonCases,
];
