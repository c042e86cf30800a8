import { after, before } from 'node:test';
import { runCases } from './case.ts';
import { intakeCases } from './cases/all.ts';
import { ListeningTocsin } from './tocsin.ts';

const tocsin = new ListeningTocsin();
before(() => tocsin.start());
after(() => tocsin.stop());

runCases(intakeCases, () => tocsin);
