import type { MetricRegistry } from '../../metrics/registry.ts';
import { readVersion } from '../start/version.ts';

/** Says which Tocsin this is. */
export function exposeBuildInfo(registry: MetricRegistry): void {
  const { version, commit } = readVersion();
  registry
    .info({
      name: 'tocsin_build_info',
      help: 'The version of Tocsin, the commit that it was built from, and the Node that it runs on.',
      labels: ['version', 'commit', 'node'],
    })
    .series([version, commit, process.version]);
}
