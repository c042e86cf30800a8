import { richTextElements } from './rich-text.ts';
import {
  array,
  boolean,
  complain,
  distinct,
  isObject,
  object,
  oneOf,
  type Rule,
  string,
  tagged,
  url,
} from './rules.ts';
import { anyText, mrkdwn, plain, plainText } from './text.ts';

/*
 * The blocks and elements that alerts are made of; Slack has more, which are refused here.
 * Source of the bounds: docs.slack.dev/reference/block-kit
 */

const identified = { block_id: string(255, 1) };

const confirm = object(
  { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
  { style: oneOf('primary', 'danger') },
);

const button = object(
  { text: plainText(75) },
  {
    action_id: string(255, 1),
    value: string(2000),
    url: url(3000),
    style: oneOf('primary', 'danger'),
    accessibility_label: string(75),
    confirm,
  },
);

const imageElement = object({ image_url: url(3000), alt_text: string(2000, 1) });

const sectionFields = object(
  {},
  {
    ...identified,
    text: anyText(3000),
    fields: array(anyText(2000), 10),
    accessory: tagged({ button, image: imageElement }),
    expand: boolean,
  },
);

const section: Rule = (value, pointer, complaints) => {
  if (isObject(value) && value['text'] === undefined && value['fields'] === undefined) {
    complain(complaints, `${pointer}/type`, 'must define either `text` or `fields`');
  }
  sectionFields(value, pointer, complaints);
};

const distinctActions = distinct('action_id');
const actionFields = object({ elements: array(tagged({ button }), 25) }, identified);

const actions: Rule = (value, pointer, complaints) => {
  actionFields(value, pointer, complaints);
  if (isObject(value)) distinctActions(value['elements'], `${pointer}/elements`, complaints);
};

const contextElement = tagged({ plain_text: plain(3000), mrkdwn: mrkdwn(3000), image: imageElement });

export const block: Rule = tagged({
  header: object({ text: plainText(150) }, identified),
  section,
  context: object({ elements: array(contextElement, 10) }, identified),
  actions,
  divider: object({}, identified),
  image: object(
    { image_url: url(3000), alt_text: string(2000, 1) },
    { ...identified, title: plainText(2000) },
  ),
  rich_text: object({ elements: richTextElements }, identified),
});
