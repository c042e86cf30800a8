import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Component, Lifecycle } from '../../src/runtime/lifecycle.ts';

function parts(
  names: string,
  failing: { start?: string; stop?: string } = {},
): { happened: string[]; components: Component[] } {
  const happened: string[] = [];
  const components = names.split('').map((name) => ({
    name,
    start: async () => {
      await Promise.resolve();
      if (name === failing.start) throw new Error(`${name} does not start`);
      happened.push(`+${name}`);
    },
    stop: async () => {
      await Promise.resolve();
      happened.push(`-${name}`);
      if (name === failing.stop) throw new Error(`${name} does not stop`);
    },
  }));
  return { happened, components };
}

suite('a lifecycle', () => {
  test('starts in order and stops the other way round', async () => {
    const { happened, components } = parts('abc');
    const lifecycle = new Lifecycle(components);
    await lifecycle.start();
    await lifecycle.stop();
    assert.equal(happened.join(''), '+a+b+c-c-b-a');
  });

  test('rolls back what had started when a part does not start, and says why', async () => {
    const { happened, components } = parts('abc', { start: 'c' });
    await assert.rejects(new Lifecycle(components).start(), /c does not start/);
    assert.equal(happened.join(''), '+a+b-b-a');
  });

  test('stops every part although one does not stop well', async () => {
    const { happened, components } = parts('abc', { stop: 'b' });
    const lifecycle = new Lifecycle(components);
    await lifecycle.start();
    await assert.rejects(lifecycle.stop(), AggregateError);
    assert.equal(happened.join(''), '+a+b+c-c-b-a');
  });

  test('stops once, however often it is told to, and without a start', async () => {
    const { happened, components } = parts('a');
    const lifecycle = new Lifecycle(components);
    await lifecycle.start();
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    await new Lifecycle(parts('a').components).stop();
    assert.equal(happened.join(''), '+a-a');
  });
});
