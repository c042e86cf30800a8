import { loadWhenUsed } from '../../runtime/load-when-used.ts';
import type * as liquid from './liquid.ts';

/** The text is no template; the message says why, and where in it. */
export class TemplateInvalid extends Error {
  override readonly name = 'TemplateInvalid';
}

/** Never throws: what cannot be made of a template is said in its place. */
export type Template = (values: Readonly<Record<string, unknown>>) => string;

const longestTemplate = 4096;
const longestResult = 4096;

/**
 * A Liquid template (https://liquidjs.com), of which `{{ service }}` and the like is most of what people write.
 * @throws TemplateInvalid
 */
export function parseTemplate(text: string): Template {
  if (text.length > longestTemplate) throw new TemplateInvalid(`longer than ${longestTemplate} characters`);
  const { engine } = loaded();
  let parsed: liquid.Parsed[];
  try {
    parsed = engine.parse(text);
  } catch (error) {
    throw new TemplateInvalid(reasonOf(error), { cause: error });
  }
  return (values) => {
    try {
      return String(engine.renderSync(parsed, { ...values })).slice(0, longestResult);
    } catch (error) {
      return `(template error: ${reasonOf(error)})`;
    }
  };
}

/** The first line alone: what follows shows the template, which may hold a secret. */
function reasonOf(error: unknown): string {
  const [first = ''] = (error as Error).message.split('\n');
  return first;
}

let engineFile: typeof liquid | undefined;

function loaded(): typeof liquid {
  engineFile ??= loadWhenUsed(import.meta.url, 'liquid') as typeof liquid;
  return engineFile;
}
