import assert from 'node:assert/strict';
import { test } from 'node:test';
import { incidentMessage } from '../../src/notify/incident-message.ts';
import { repeated } from '../../src/notify/message-maker.ts';
import { conditionIncident } from '../support/builders.ts';

test('a repeat says for how long it fires, unless the clock was set back since it began', () => {
  const message = incidentMessage(conditionIncident());
  const said = (millis: number): string => repeated(message, millis, 1).news[0]!.text;
  assert.equal(said(4 * 3_600_000), 'Still firing, after 4 h.');
  assert.equal(said(-3_600_000), 'Still firing.');
});
