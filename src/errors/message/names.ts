/*
 * Which quoted texts are names in the code or the schema: another name is another failure, while a value is only another occurrence.
 */

/** A quoted text and what stands around it. */
export interface Quoted {
  content: string;
  /** The word before it, and the one before that; empty where something else is between. */
  label: string;
  beforeLabel: string;
  /** The label is a key of a JSON object. */
  labelIsKey: boolean;
  /** As much as these say, if there is as much. */
  before: string;
  behind: string;
}

export const longestBefore = 16;
export const longestBehind = 32;

export function isName(quoted: Quoted): boolean {
  const { content, label, beforeLabel, labelIsKey, before, behind } = quoted;
  if (isNameOf(label) || (links.has(label) && isNameOf(beforeLabel))) return true;
  if (isCall.test(content) || isPath.test(content)) return true;
  if (!isIdentifier(content)) return false;
  if (sometimesNamed.has(label) && !labelIsKey) return true;
  return isQualified(before, behind) || subject.test(behind) || before.endsWith('key not found: ');
}

/** One word, as those who write code and schemas name things; with dots, the things that they are in. */
export function isIdentifier(text: string): boolean {
  return /^[\p{L}_$][\p{L}\p{N}_$.:/[\]-]{0,127}$/u.test(text);
}

/** `String.length()`, `Order.total(int)`. */
const isCall = /^[\p{L}_$][\p{L}\p{N}_$.:>-]{0,127}\([^()]{0,128}\)$/u;

/** Names of files and routes are cleaned of what varies as they are without quotes. */
const isPath = /^(?:\.{0,2}\/|[A-Z]:\\)[^\s"'<>]{1,512}$/;

/** `"SHOP"."ORDERS"."ID"` */
function isQualified(before: string, behind: string): boolean {
  return /["'`]\.$/.test(before) || /^\.["'`]/.test(behind);
}

/** Whether what stands behind it is the name of a thing of this kind. */
export function isNameOf(label: string): boolean {
  return named.has(label) || (label.endsWith('s') && named.has(label.slice(0, -1)));
}

/** What stands between the kind of a thing and its name. */
const links: ReadonlySet<string> = new Set(['name', 'names', 'named', 'called']);

/** Behind these stands a name. */
const named: ReadonlySet<string> = new Set(
  // of the code
  (
    'argument attribute charset class code component constant driver encoding enum errorcode event exec executable export field ' +
    'format function handler identifier ' +
    'import keyword member method model module namespace object operator option package parameter plugin property reading ' +
    'setting symbol syscall template type variable ' +
    // of databases and services
    'collection column command constraint database exchange extension feature flag index permission privilege procedure ' +
    'queue relation role schema scope sequence service table topic trigger view'
  ).split(' '),
);

/** Behind these may stand any text; in the form of a name, it is one: the key of a table, and not that of a cache. */
const sometimesNamed: ReadonlySet<string> = new Set(
  (
    'bean breaker circuitbreaker configmap configmaps cron dependency hook job key keyerror lock missing mutex placeholder ' +
    'required requires route secret state status step stage task'
  ).split(' '),
);

/** What is said behind a name: what kind of thing it is, or what is wrong with it, as validators say it. */
const subject = new RegExp(
  `^ (?:${[
    '(?:property|column|field|attribute|parameter|argument|option|setting|table|relation|index|constraint)',
    '(?:is|are) (?:not (?:defined|allowed|nullable)|required|missing|undefined|mandatory)',
    '(?:can ?not|must not|should not|may not) be (?:null|nil|none|empty|blank|undefined)',
    '(?:must|should) be an?',
    'object (?:is|has|does|of)',
  ].join('|')})(?![\\p{L}\\p{N}])`,
  'iu',
);
