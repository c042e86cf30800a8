/** Words that make the value of an attribute secret, as parts of its name. */
const secretWords = [
  'authorization',
  'cookie',
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'credential',
  'credentials',
  'apikey',
  'accesskey',
  'privatekey',
  'signature',
  'session',
  'sessionid',
  'csrf',
  'xsrf',
  'cvv',
  'cvc',
  'ssn',
  'iban',
  'cardnumber',
  'creditcard',
] as const;

/** Names with such a word in them that hold none. */
const harmless = new Set(['session.id', 'session.previous_id']);

const whole = new Set<string>(secretWords);

/** Whether an attribute of this name is taken for a secret, whatever its value: `http.request.header.authorization`, `dbPassword`. */
export function isSecretKey(key: string): boolean {
  if (harmless.has(key)) return false;
  const words = wordsOf(key);
  return words.some((word, i) => whole.has(word) || whole.has(word + (words[i + 1] ?? '')));
}

/** `X-Api-Key` and `xApiKey` are `x api key`. */
function wordsOf(key: string): string[] {
  return key
    .slice(0, 256)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}
