import { runCases } from './case.ts';
import { forwardingCases } from './cases/forwarding.ts';

runCases(forwardingCases, () => undefined);
