import { join } from 'node:path';
import { SqliteStore } from '../../src/store/sqlite/client.ts';
import { InlineStore } from '../../src/store/sqlite/inline-store.ts';
import { temporaryDirectory } from '../config/support.ts';
import { retentionConformance } from './retention-conformance.ts';

retentionConformance('inline SQLite', async (t, retention) => {
  const store = new InlineStore(join(temporaryDirectory(t), 'store.db'), retention);
  await store.start();
  t.after(() => store.stop());
  return {
    calls: () => store.calls,
    reopen: async () => {
      await store.stop();
      await store.start();
    },
    stop: () => store.stop(),
  };
});

retentionConformance('SQLite', async (t, retention) => {
  const path = join(temporaryDirectory(t), 'store.db');
  let store = new SqliteStore(path, retention);
  await store.start();
  t.after(() => store.stop());
  return {
    calls: () => store.calls,
    reopen: async () => {
      await store.stop();
      store = new SqliteStore(path, retention);
      await store.start();
    },
    stop: () => store.stop(),
  };
});
