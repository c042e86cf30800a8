import { boolean, object, type Rule, string, tagged } from './rules.ts';

/*
 * Text objects. Source: docs.slack.dev/reference/block-kit/composition-objects/text-object
 */

/** What a plain_text object holds beside its type. */
export function plain(maxLength: number): Rule {
  return object({ text: string(maxLength, 1) }, { emoji: boolean });
}

/** What a mrkdwn object holds beside its type. */
export function mrkdwn(maxLength: number): Rule {
  return object({ text: string(maxLength, 1) }, { verbatim: boolean });
}

export function plainText(maxLength: number): Rule {
  return tagged({ plain_text: plain(maxLength) });
}

export function anyText(maxLength: number): Rule {
  return tagged({ plain_text: plain(maxLength), mrkdwn: mrkdwn(maxLength) });
}
