import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Component, Lifecycle, together } from '../../src/runtime/lifecycle.ts';

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

suite('parts together', () => {
  test('start and stop at the same time', async () => {
    const { happened, components } = parts('ab');
    const both = together('both', components);
    await both.start();
    await both.stop();
    assert.equal(happened.join(''), '+a+b-a-b');
  });

  test('stop all when one does not start, and say why', async () => {
    const { happened, components } = parts('ab', { start: 'a' });
    await assert.rejects(together('both', components).start(), /a does not start/);
    assert.equal(happened.join(''), '+b-a-b');
  });
});
