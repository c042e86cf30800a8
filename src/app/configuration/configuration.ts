import { readAtMost } from '../../config/bounded-file.ts';
import type { Environment } from '../../config/environment.ts';
import type { EnvironmentValue } from '../../config/environment-layer.ts';
import { effectiveYaml } from '../../config/effective.ts';
import { type Loaded, loadConfiguration } from '../../config/load.ts';
import type { Problem } from '../../config/problem.ts';
import { readProxies } from '../../config/proxies.ts';
import { forwardVariables } from './forward-variables.ts';
import type { ReferenceSources } from '../../config/references.ts';
import { adviceOn, type Configuration, configurationSchema, plannedKeys } from './options.ts';

/** Reads the whole configuration, as `run` and `check` do. */
export function readConfiguration(
  files: readonly string[],
  environment: Environment,
  unknownKeys: Problem['severity'],
  readFile: ReferenceSources['readFile'] = readAtMost,
): Loaded<Configuration> {
  const forward = forwardVariables(environment);
  const loaded = loadConfiguration({
    files,
    environment,
    readFile,
    variables: [...variablesOf(environment), ...forward.values],
    schema: configurationSchema,
    planned: plannedKeys,
    advise: adviceOn,
    unknownKeys,
  });
  const problems = [...loaded.problems, ...forward.problems, ...readProxies(environment).problems];
  const failed = problems.some(({ severity }) => severity === 'error');
  return { ...loaded, value: failed ? undefined : loaded.value, problems };
}

/** What takes effect, in YAML, each value with where it came from. */
export function effectiveConfiguration({ tree, value }: Loaded<Configuration>): string {
  return effectiveYaml(tree, configurationSchema, value);
}

/** With either pair of variables, and no receivers in a file, Slack is the default receiver. */
export function variablesOf(environment: Environment): EnvironmentValue[] {
  const values: EnvironmentValue[] = [];
  const set = (variable: string, path: EnvironmentValue['path']): void => {
    const value = environment[variable];
    if (value !== undefined && value !== '') values.push({ variable, path, value });
  };
  const slack = ['alerts', 'receivers', 0, 'slack'];
  set('TOCSIN_STORE_URL', ['store', 'url']);
  const { SLACK_BOT_TOKEN: token, SLACK_CHANNEL: channel, SLACK_WEBHOOK_URL: webhook } = environment;
  // A token without a channel is a mistake to tell, unless the other way is there whole.
  if (token && (channel || !webhook)) {
    set('SLACK_BOT_TOKEN', [...slack, 'token']);
    set('SLACK_CHANNEL', [...slack, 'channel']);
  } else {
    set('SLACK_WEBHOOK_URL', [...slack, 'webhook_url']);
  }
  if (values.some(({ path }) => path[0] === 'alerts')) {
    set('SLACK_API_URL', [...slack, 'api_url']);
    values.push({
      variable: values.at(-1)!.variable,
      path: ['alerts', 'receivers', 0, 'name'],
      value: 'slack',
    });
  }
  return values;
}
