import type { Condition, ConditionLink, Redact } from '../conditions/condition.ts';
import type { Labels } from '../label-set.ts';
import type { Figures } from './samples.ts';
import type { Template } from './template.ts';

/** What a rule says in its own words. */
export interface RuleTexts {
  name: string;
  annotations: Readonly<Partial<Record<'summary' | 'description', Template>>>;
  links: readonly { text: string; url: Template }[];
}

/** What a rule says of what it has found, without secrets. @param labels for its templates, as the figures are */
export function conditionTexts(
  { name, annotations, links }: RuleTexts,
  labels: Labels,
  figures: Figures,
  redact: Redact,
): Required<Pick<Condition, 'title' | 'detail' | 'facts' | 'links'>> {
  const values = { ...labels, ...figures };
  return {
    title: redact(annotations.summary?.(values) || name),
    detail: redact(annotations.description?.(values) ?? ''),
    facts: Object.entries(figures).map(([figure, value]) => ({
      name: figure,
      value: redact(figureText(value)),
    })),
    links: links.flatMap(({ text, url }): ConditionLink[] => {
      const made = url(values);
      return /^https?:\/\//i.test(made) && URL.canParse(made) ? [{ text, url: made }] : [];
    }),
  };
}

function figureText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
