import { array, boolean, integer, object, oneOf, type Rule, string, tagged } from './rules.ts';

/** Slack names no bound of its own for these; the whole message has one. */
const unbounded = Number.POSITIVE_INFINITY;
const some = string(unbounded, 1);

const style = object(
  {},
  { bold: boolean, italic: boolean, strike: boolean, code: boolean, underline: boolean },
);
const styled = { style };

const text = object({ text: some }, styled);
const link = object({ url: some }, { ...styled, text: string(unbounded), unsafe: boolean });

const leaf = tagged({
  text,
  link,
  emoji: object({ name: some }, { ...styled, unicode: some, url: some, skin_tone: integer(1, 6) }),
  user: object({ user_id: some }, styled),
  usergroup: object({ usergroup_id: some }, styled),
  team: object({ team_id: some }, styled),
  channel: object({ channel_id: some }, styled),
  broadcast: object({ range: oneOf('here', 'channel', 'everyone') }, styled),
  color: object({ value: some }, styled),
  date: object(
    { timestamp: integer(0, Number.MAX_SAFE_INTEGER), format: some },
    { ...styled, url: some, fallback: some },
  ),
});

const bordered = { border: oneOf(0, 1) };
const section = object({ elements: array(leaf, unbounded) });

const list = object(
  { style: oneOf('bullet', 'ordered'), elements: array(tagged({ rich_text_section: section }), unbounded) },
  { ...bordered, indent: integer(0, 8), offset: integer(0, Number.MAX_SAFE_INTEGER) },
);

/**
 * The `elements` of a rich_text block. Preformatted text holds texts and links only.
 * Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export const richTextElements: Rule = array(
  tagged({
    rich_text_section: section,
    rich_text_list: list,
    rich_text_quote: object({ elements: array(leaf, unbounded) }, bordered),
    rich_text_preformatted: object({ elements: array(tagged({ text, link }), unbounded) }, bordered),
  }),
  unbounded,
);
