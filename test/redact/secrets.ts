/** Joined here and not before, so that nothing that scans sources takes them for real ones. */
function fake(...parts: string[]): string {
  return parts.join('');
}

const hex = '0123456789abcdef';
const mixed = 'aB3dE6gH9jK2mN5pQ8rS';
const long = mixed + mixed;

/** One of each kind that is known by its form; nothing of it may be left. */
export const knownForms: Readonly<Record<string, string>> = {
  awsKeyId: fake('AK', 'IA', 'IOSFODNN7EXAMPLE'),
  awsTemporaryKeyId: fake('AS', 'IA', 'IOSFODNN7EXAMPLE'),
  githubClassic: fake('gh', 'p_', long.slice(0, 36)),
  githubServer: fake('gh', 's_', long.slice(0, 36)),
  githubFineGrained: fake('github', '_pat_', '11ABCDEFG0', mixed, '_', long),
  gitlab: fake('gl', 'pat-', mixed),
  slackBot: fake('xo', 'xb-', '123456789012-', mixed),
  slackUser: fake('xo', 'xp-', '123456789012-', mixed),
  slackApp: fake('xa', 'pp-', '1-A0123-', mixed),
  stripe: fake('sk', '_live_', mixed),
  stripeRestricted: fake('rk', '_test_', mixed),
  stripeWebhook: fake('whs', 'ec_', mixed),
  google: fake('AI', 'za', long.slice(0, 35)),
  googleClient: fake('GOC', 'SPX-', long.slice(0, 28)),
  npm: fake('np', 'm_', long.slice(0, 36)),
  sendgrid: fake('S', 'G.', `${mixed}ab`, '.', `${long}abc`),
  twilio: fake('S', 'K', hex, hex),
  telegram: fake('123456789', ':', 'AA', long.slice(0, 33)),
  openai: fake('sk', '-proj-', long),
  anthropic: fake('sk', '-ant-', 'api03-', long),
  huggingFace: fake('h', 'f_', long.slice(0, 34)),
  shopify: fake('shp', 'at_', hex, hex),
  vault: fake('hv', 's.', long),
  jwt: fake('ey', 'JhbGciOiJIUzI1NiJ9', '.', 'eyJzdWIiOiIxMjM0In0', '.', 'dozjgNryP4J3jVmN'),
  pem: fake('-----BEGIN RSA PRI', 'VATE KEY-----\n', `${long}\n`, '-----END RSA PRI', 'VATE KEY-----'),
  pemInJson: fake('-----BEGIN PRI', 'VATE KEY-----\\n', `${long}\\n`, '-----END PRI', 'VATE KEY-----'),
  pemWithHeaders: fake(
    '-----BEGIN EC PRI',
    'VATE KEY-----\nDEK-Info: AES-128-CBC,00FF\n\n',
    `${long}\n`,
    '-----END EC PRI',
    'VATE KEY-----',
  ),
};

export const cards: readonly string[] = [
  '4111 1111 1111 1111',
  '4111-1111-1111-1111',
  '4111111111111111',
  '4222222222222',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '3782 822463 10005',
  '30569309025904',
  '6011111111111117',
  '3530111333300000',
  '6200000000000005',
];

export const ibans: readonly string[] = [
  'DE89 3704 0044 0532 0130 00',
  'DE89370400440532013000',
  'GB82WEST12345698765432',
  'FR1420041010050500013M02606',
];

/** Where a secret that has no form of its own is known by what stands around it. */
export const contexts: readonly ((secret: string) => string)[] = [
  (secret) => `password=${secret}`,
  (secret) => `DB_PASSWORD=${secret}`,
  (secret) => `dbPassword: ${secret}`,
  (secret) => `"api-key": "${secret}"`,
  (secret) => `{\\"clientSecret\\":\\"${secret}\\"}`,
  (secret) => `'private_key' => '${secret}'`,
  (secret) => `accessToken = '${secret}'`,
  (secret) => `mytoken:${secret}`,
  (secret) => `Invalid token: ${secret} of user 5`,
  (secret) => `API key: ${secret}`,
  (secret) => `aws_secret_access_key=${secret}`,
  (secret) => `Server=db;User Id=sa;Password=${secret};Encrypt=true`,
  (secret) => `AccountKey=${secret};EndpointSuffix=core.windows.net`,
  (secret) => `login --user bob --password ${secret} --verbose`,
  (secret) => `spawnargs: [ 'login', '--token', '${secret}' ]`,
  (secret) => `mysqldump -u root -p${secret} shop`,
  (secret) => `sshpass -p ${secret} ssh host`,
  (secret) => `curl -u bob:${secret} http://host/`,
  (secret) => `redis-cli -h cache -a ${secret} ping`,
  (secret) => `curl -H 'Authorization: Bearer ${secret}' -H 'Accept: */*' http://host/`,
  (secret) => `curl -H "Cookie: a=1; sid=${secret}; b=2" http://host/`,
  (secret) => `Authorization: Bearer ${secret}`,
  (secret) => `authorization: ${secret}`,
  (secret) => `"authorization": "Token ${secret}"`,
  (secret) => `Authorization: Digest username="bob", realm="x", response="${secret}"`,
  (secret) => `Authorization: AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=${secret}`,
  (secret) => `map[Authorization:[Bearer ${secret}] Accept:[*/*]]`,
  (secret) => `rawHeaders: [\n  'Authorization',\n  'Bearer ${secret}',\n  'Accept' ]`,
  (secret) => `(b'x-api-key', b'${secret}')`,
  (secret) => `Cookie: theme=dark; session=${secret}; lang=en`,
  (secret) => `'set-cookie': [ 'sid=${secret}; Path=/; HttpOnly', 'a=${secret}' ]`,
  (secret) => `GET /a?x=1&token=${secret}&y=2 failed`,
  (secret) => `https://host/blob?sv=1&sig=${secret}&se=2`,
  (secret) => `https://host/a?X-Amz-Signature=${secret}&X-Amz-Date=1`,
  (secret) => `/next=%2Fa%3Ftoken%3D${secret}`,
  (secret) => `postgres://app:${secret}@db:5432/shop`,
  (secret) => `redis://:${secret}@cache:6379`,
  (secret) => `app:${secret}@tcp(db:3306)/shop`,
  (secret) => `jdbc:oracle:thin:app/${secret}@db:1521/x`,
  (secret) => `<wsse:Password Type="text">${secret}</wsse:Password>`,
  (secret) => `https://hooks.slack.com/services/T000/B000/${secret}`,
  (secret) => `https://discord.com/api/webhooks/1234567890/${secret}`,
  (secret) => `User(name=bob, password=${secret})`,
  (secret) => `params["password"] = "${secret}"`,
];
