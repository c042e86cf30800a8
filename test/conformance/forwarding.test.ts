import { runCases } from './case.ts';
import { destinationCases } from './cases/destinations.ts';
import { forwardingCases } from './cases/forwarding.ts';

runCases([...forwardingCases, ...destinationCases], () => undefined);
