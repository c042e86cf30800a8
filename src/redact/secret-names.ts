/** Words that make what is called by them secret, as parts of its name, in the singular and the plural where there is one. */
const secretWords = new Set(
  `authorization cookie cookies password passwords passwd passphrase passcode pwd secret token credential credentials signature
   apikey accesskey secretkey privatekey sharedkey accountkey encryptionkey signingkey authkey masterkey subscriptionkey functionskey
   session sessionid sessid csrf xsrf cvv cvc ssn iban cardnumber creditcard`.split(/\s+/),
);

/** Those that are known at the end of words which are written as one, such as `dbpassword` and `accesstoken`. */
const secretEnding =
  /(?:password|passwd|passphrase|secret|token|apikey|(?:access|secret|private)key|sessionid|sessid|(?:store|key|db|user|root|admin|auth|smtp|my)pass)$/;

/** What comes behind such a word in the name of something that is only about it. */
const aboutIt = new Set(
  `count type types name names length size limit max min ttl age expiry expires expiration expired url uri endpoint path file
   policy status state valid present enabled required used usage total remaining algorithm issuer audience scope provider
   version location result error reason source duration`.split(/\s+/),
);

/** What comes behind it in the name of a secret: in a text every other word says that it is something else (`token_bucket`). */
const stillIt = new Set(
  `value values hash digest salt string text plain plaintext raw data key base64 b64 old new current confirm confirmation again encrypted
   header param access digits env live test prod production staging dev id`.split(/\s+/),
);

/** With such a word they are no secret: OpenTelemetry's `session.id` is there to be seen. */
const harmless = new Set(['session.id', 'session.previous_id']);

/** In UTF-16 units. */
const longestName = 256;

/** Whether an attribute of this name is taken for a secret, whatever its value: `http.request.header.authorization`, `dbPassword`. */
export function isSecretKey(key: string): boolean {
  if (harmless.has(key)) return false;
  const words = wordsOf(key);
  if (words.length > 1 && words.at(-1) === 'pass') return true;
  const behind = behindSecret(words, secretWords);
  // Of what there are many, there are as many of each kind: `llm.token_count.prompt`.
  return behind !== undefined && behind[0] !== 'count' && !aboutIt.has(words.at(-1)!);
}

/** Words that are secret in an attribute's name only: in a text they say too little (`session: 3`, `iban: invalid`). */
const inKeysOnly = new Set(['session', 'signature', 'iban', 'creditcard', 'cardnumber']);
const inTexts = new Set([...secretWords].filter((word) => !inKeysOnly.has(word)));

/** Whether what a text calls so, before a value, is a secret: `DB_PASSWORD`, `x-api-key`, `clientSecret`, but not `token_count`. */
export function isSecretName(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const verdict = namesSecret(name);
  if (verdicts.size === mostVerdicts) verdicts.clear();
  verdicts.set(name, verdict);
  return verdict;
}

/** Names come again and again: in a stack trace, and in the next one of the same failure. */
const verdicts = new Map<string, boolean>();
const mostVerdicts = 512;

function namesSecret(name: string): boolean {
  const words = wordsOf(name);
  if (words.at(-1) === 'pass') return true;
  const behind = behindSecret(words, inTexts);
  return behind?.every((word) => stillIt.has(word) || /^\d*$/.test(word)) ?? false;
}

/** The words behind the last secret one, as `csrf token` has two; undefined if there is none. */
function behindSecret(words: readonly string[], secret: ReadonlySet<string>): readonly string[] | undefined {
  for (let i = words.length - 1; i >= 0; i--) {
    const word = words[i]!;
    if (secret.has(word) || secretEnding.test(word)) return words.slice(i + 1);
    // `api key` is one, as `session id`.
    if (i > 0 && secret.has(words[i - 1]! + word)) return words.slice(i + 1);
  }
  return undefined;
}

/** `X-Api-Key`, `xApiKey` and `XAPIKey2` are `x api key`. */
function wordsOf(name: string): string[] {
  return name
    .slice(0, longestName)
    .replace(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .map((word) => word.replace(/(?<=[a-z])\d+$/, ''));
}
