import { backOver, endOf, isWithinWord, type Rule } from './rule.ts';

/** Keys that are known by how they begin. Each is taken to its end, so that nothing of a longer one stays. */
const keys: readonly { begins: readonly string[]; form: RegExp }[] = [
  // AWS: ids of access keys, lasting and temporary, also with the secret behind.
  { begins: ['akia', 'asia'], form: /A(?:KIA|SIA)[A-Z\d]{16,}(?::[\w+/]{40}(?![\w+/]))?/y },
  { begins: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], form: /gh[pousr]_\w{20,}/y },
  { begins: ['github_pat_'], form: /github_pat_\w{20,}/y },
  {
    begins: ['glpat-', 'gldt-', 'glrt-', 'glptt-', 'glcbt-', 'glft-', 'glsoat-', 'glagent-'],
    form: /gl[a-z]{2,5}-[\w.-]{16,}/y,
  },
  // Slack: tokens of bots, users, configurations and apps.
  { begins: ['xox'], form: /xox[a-z](?:\.xox[a-z])?-[\w-]{10,}/y },
  { begins: ['xapp-'], form: /xapp-\d-[\w-]{10,}/y },
  // Stripe: secret and restricted keys, and those by which webhooks are signed.
  { begins: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'], form: /[sr]k_(?:live|test)_\w{10,}/y },
  { begins: ['whsec_'], form: /whsec_[\w+/=-]{16,}/y },
  // Google: API keys, access tokens, secrets of OAuth clients.
  { begins: ['aiza'], form: /AIza[\w-]{30,}/y },
  { begins: ['ya00.'], form: /ya29\.[\w-]{20,}/y },
  { begins: ['gocspx-'], form: /GOCSPX-[\w-]{20,}/y },
  { begins: ['npm_'], form: /npm_[A-Za-z\d]{30,}/y },
  { begins: ['pypi-ag'], form: /pypi-Ag[\w-]{40,}/y },
  { begins: ['sg.'], form: /SG\.[\w-]{16,}\.[\w-]{16,}/y },
  // Twilio: keys are SK and 32 hex digits.
  { begins: ['sk0', 'ska', 'skb', 'skc', 'skd', 'ske', 'skf'], form: /SK[\da-f]{32}(?!\w)/y },
  // OpenAI, Anthropic and those who write theirs alike. Words that are joined by dashes seldom have a digit among them.
  { begins: ['sk-'], form: /sk-(?=[\w-]{0,200}\d)[\w-]{20,}/y },
  { begins: ['hf_'], form: /hf_[A-Za-z\d]{30,}/y },
  { begins: ['dop_v0_', 'doo_v0_', 'dor_v0_'], form: /do[opr]_v1_[\da-f]{40,}/y },
  { begins: ['shpat_', 'shpca_', 'shppa_', 'shpss_'], form: /shp[acps][ast]_[\dA-Fa-f]{32,}/y },
  { begins: ['hvs.', 'hvb.'], form: /hv[sb]\.[\w-]{20,}/y },
  { begins: ['glsa_', 'glc_'], form: /gl(?:sa|c)_[\w+/=-]{32,}/y },
  { begins: ['dckr_pat_'], form: /dckr_pat_[\w-]{20,}/y },
  { begins: ['atatt0'], form: /ATATT3[\w=-]{40,}/y },
  { begins: ['age-secret-key-0'], form: /AGE-SECRET-KEY-1[A-Z\d]{40,}/y },
  // A JSON Web Token: `{"` in base64 begins it. The second part of an encrypted one may be empty.
  { begins: ['eyj'], form: /eyJ[\w-]{8,}\.?(?:\.[\w-]{4,}){1,4}/y },
  // A private key or what else is in PEM, in base64 once more, as Kubernetes has it.
  { begins: ['ls0tls0c'], form: /LS0tLS1C[\w+/=]{40,}/y },
];

const knownByBeginning: readonly Rule[] = keys.map(({ begins, form }) => ({
  triggers: begins,
  find(text, start) {
    if (isWithinWord(text, start)) return undefined;
    const to = endOf(form, text, start);
    return to === undefined ? undefined : { from: start, to };
  },
}));

const botToken = /\d{6,12}:AA[\w-]{30,}/y;

/** `123456789:AA…`, also behind the `bot` of a url of its API. */
const telegramBot: Rule = {
  triggers: ['0:aa'],
  find(text, start) {
    const from = backOver(/\d/, text, start + 1, 12);
    const to = endOf(botToken, text, from);
    return to === undefined ? undefined : { from, to };
  },
};

const restOfPath = /[^\s"'`<>()]{16,}/y;

/** Urls that let everybody who knows them post. */
const webhookUrl: Rule = {
  triggers: [
    'hooks.slack.com/services/',
    'hooks.slack.com/workflows/',
    'hooks.slack.com/triggers/',
    '/api/webhooks/',
    '/api/v0/webhooks/',
    '/api/v00/webhooks/',
    '.webhook.office.com/',
  ],
  find(text, _, end) {
    const to = endOf(restOfPath, text, end);
    return to === undefined ? undefined : { from: end, to };
  },
};

export const knownKeys: readonly Rule[] = [...knownByBeginning, telegramBot, webhookUrl];
