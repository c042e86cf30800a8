import * as z from 'zod';
import { matchers } from '../../match/config.ts';
import type { Matcher } from '../../match/matcher.ts';
import { figuresOf, type SampleKind, sampleKinds, sampleShapes } from './samples.ts';
import { parseTemplate, type Template, TemplateInvalid } from './template.ts';

function template() {
  return z.string({ error: 'not a template: write text' }).transform((text, context): Template => {
    try {
      return parseTemplate(text);
    } catch (error) {
      if (!(error instanceof TemplateInvalid)) throw error;
      context.issues.push({ code: 'custom', message: `not a template: ${error.message}`, input: undefined });
      return z.NEVER;
    }
  });
}

/** As Prometheus has them. */
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** Tocsin says these itself. */
const ownLabels = ['alertname', 'severity', 'service', 'environment', 'issue'];

/** The keys of a rule of the user's own, beside those that built-in ones have as well. */
export const userRuleKeys = {
  over: z
    .enum(sampleKinds, { error: `not one of: ${sampleKinds.join(', ')}` })
    .describe(
      'of a rule of your own: what it looks at. `calls` that a service answered in 5 minutes, `runs` of jobs and tasks in an hour, `events` of failures in 5 minutes, `issues` that are neither resolved nor ignored, `breakers` that are open, `retries` of calls in a minute',
    ),
  where: matchers().describe('which of them; without it, all'),
  by: z
    .array(z.string())
    .max(8, 'more than 8 labels')
    .describe('labels by which they are added up, `service`: there is an alert for each of their values'),
  when: matchers().describe(
    'the figures at which it holds, such as `failed_ratio>0.05`: `calls`, `runs`, `failed`, `failed_ratio`, `events`, `issues`, `open`, `failed_probes`, `refused`, `attempts`, `retries`, `retry_ratio`',
  ),
  labels: z
    .record(z.string().regex(labelName, 'not a name of a label: letters, digits and _'), z.string())
    .describe('further labels of its alerts, to route by'),
  annotations: z
    .strictObject({
      summary: template().optional().describe('one line; the name of the rule'),
      description: template().optional().describe('what it means, or what to do'),
    })
    .describe('templates (Liquid), of the labels and figures: `{{ service }}`, `{{ failed_ratio }}`'),
  runbook: template().describe('a template of a URL'),
  dashboard: template().describe('a template of a URL'),
};

interface Written {
  over?: SampleKind | undefined;
  where?: readonly Matcher[] | undefined;
  by?: readonly string[] | undefined;
  when?: readonly Matcher[] | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  severity?: string | undefined;
}

/** What is wrong with a rule of the user's own, as far as its parts do not say it. */
export function* userRuleMistakes({ over, where, by, when, labels, severity }: Written): Generator<{
  path: (string | number)[];
  message: string;
}> {
  if (over === undefined) return;
  const shape = sampleShapes[over];
  const figures = figuresOf(over);
  if (when === undefined)
    yield {
      path: ['when'],
      message: `missing: write when it holds, such as ["${figures.at(-1)}>0.05"]`,
    };
  for (const [i, { name, operator }] of (when ?? []).entries()) {
    if (!figures.includes(name))
      yield { path: ['when', i], message: `${over} have no figure ${name}: ${figures.join(', ')}` };
    else if (!/[<>]/.test(operator))
      yield { path: ['when', i], message: 'a figure is compared with < <= > or >=' };
  }
  for (const [i, { name }] of (where ?? []).entries())
    if (!shape.labels.includes(name))
      yield { path: ['where', i], message: `${over} have no label ${name}: ${shape.labels.join(', ')}` };
  for (const [i, name] of (by ?? []).entries())
    if (!shape.labels.includes(name))
      yield { path: ['by', i], message: `${over} have no label ${name}: ${shape.labels.join(', ')}` };
  if (severity !== undefined && by?.includes('severity') === true)
    yield { path: ['severity'], message: 'each of its alerts has the severity that it is for (by)' };
  for (const name of Object.keys(labels ?? {}))
    if (ownLabels.includes(name) || by?.includes(name))
      yield { path: ['labels', name], message: 'Tocsin gives this label its value itself' };
}
