import { RunningSubject } from '../subjects/running-subject.ts';
import { launchTocsin } from '../subjects/tocsin.ts';

/** The bundle as its image runs it, with a webhook that it tells of failures, more than it usually would. */
export async function startTelling(directory: string, chatUrl: string): Promise<RunningSubject> {
  const lines = [
    'alerts:',
    '  budget: { per_channel_per_hour: 3600, burst: 1000 }',
    `  receivers: [{ name: chat, webhook: { url: "${chatUrl}" } }]`,
  ];
  return RunningSubject.start(process.execPath, await launchTocsin('dist/main.js', directory, { lines }));
}
