import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readConfiguration } from '../../src/app/configuration/configuration.ts';
import { type Configuration, hearsByRequests } from '../../src/app/configuration/options.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { Program } from '../app/process.ts';
import { temporaryDirectory, write } from '../config/support.ts';
import { byHand, chart, golden, read } from './manifests.ts';

const webhook = 'https://hooks.slack.com/services/T/B/x';

/** A configuration as the program reads it, with something in every file that it refers to. */
function configurationOf(text: string): { value: Configuration | undefined; problems: string[] } {
  const readFile = (path: string): Uint8Array => Buffer.from(path === 'tocsin.yaml' ? text : webhook);
  const { value, problems } = readConfiguration(['tocsin.yaml'], {}, 'error', readFile);
  return { value, problems: problems.map(formatProblem) };
}

/** The image's instructions with this name. */
const instructions = (name: string): string[] =>
  [...read('Dockerfile').matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(([, value]) => value!);

const all = [...golden, byHand];
const withConfiguration = all.filter(({ configuration }) => configuration !== undefined);
const withPod = all.filter(({ pod }) => pod !== undefined);

test('there are manifests with a configuration, and with a pod', () => {
  assert.equal(withConfiguration.length, 5);
  assert.equal(withPod.length, 5);
});

suite('the configuration passes check', () => {
  for (const { path, configuration } of withConfiguration) {
    test(path, () => assert.deepEqual(configurationOf(configuration!).problems, []));
  }
});

suite('probes, ports and addresses are those that the configuration makes Tocsin listen on', () => {
  for (const manifest of withPod) {
    test(manifest.path, () => {
      const { value } = configurationOf(manifest.configuration ?? '{}');
      const { metrics, intake, alerts } = value!;
      const { startupProbe, livenessProbe, readinessProbe, ports } = manifest.sidecar;
      const { port } = metrics.listen;
      assert.deepEqual(startupProbe.httpGet, { path: '/livez', port });
      assert.deepEqual(livenessProbe.httpGet, { path: '/livez', port });
      if (readinessProbe !== undefined) assert.deepEqual(readinessProbe.httpGet, { path: '/readyz', port });
      const buttons = hearsByRequests(alerts)
        ? [{ name: 'tocsin-buttons', containerPort: alerts.buttons.listen.port }]
        : [];
      assert.deepEqual(ports, [{ name: 'tocsin-metrics', containerPort: port }, ...buttons]);
      const annotated = manifest.annotations['prometheus.io/port'];
      assert.ok(annotated === undefined || annotated === String(port));
      const endpoint = manifest.app.env.find(({ name }) => name === 'OTEL_EXPORTER_OTLP_ENDPOINT');
      assert.equal(endpoint?.value, `http://127.0.0.1:${intake.http.listen.port}`);
    });
  }
});

test('a Service leads to the port for buttons, and the policy lets them in there, where they come by requests', () => {
  const byRequests = withPod.filter(({ path }) => path.endsWith('/full.yaml'));
  for (const manifest of all.filter((each) => !byRequests.includes(each)))
    assert.equal(manifest.spec('Service'), undefined, manifest.path);
  const [full] = byRequests;
  const { port } = configurationOf(full!.configuration!).value!.alerts.buttons.listen;
  const { selector, ports } = full!.spec('Service')!;
  assert.deepEqual(
    ports!.map(({ targetPort }) => targetPort),
    [port],
  );
  assert.partialDeepStrictEqual(full!.labels, selector!);
  const rules = full!
    .spec('NetworkPolicy')!
    .ingress!.filter(({ ports: open }) => open.some((each) => each.port === port));
  assert.equal(rules.length, 1);
  assert.equal(rules[0]!.from!.length, 1);
});

test('the image says which ports there are', () => {
  const { intake, metrics, admin, alerts } = configurationOf('{}').value!;
  const { http, grpc } = intake;
  assert.ok(grpc.listen !== '');
  const listeners = [grpc.listen, http.listen, metrics.listen, admin.listen, alerts.buttons.listen];
  assert.deepEqual(instructions('EXPOSE'), [listeners.map(({ port }) => port).join(' ')]);
});

suite('the container runs without any right, and the image is made for that', () => {
  for (const { path, sidecar } of withPod) {
    test(path, () => {
      assert.partialDeepStrictEqual(sidecar.securityContext, {
        runAsNonRoot: true,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      });
      const { runAsUser, runAsGroup } = sidecar.securityContext;
      // Also where what Node has compiled is made: for one user.
      assert.deepEqual(new Set(instructions('USER')), new Set([`${runAsUser}:${runAsGroup}`]));
      const data = sidecar.volumeMounts.find(({ name }) => name === 'tocsin-data');
      assert.deepEqual(instructions('VOLUME'), [data?.mountPath]);
      assert.match(read('Dockerfile'), new RegExp(`TOCSIN_DATA_DIR=${data?.mountPath}\\b`));
    });
  }
});

suite('every volume that is mounted is there', () => {
  for (const { path, sidecar, pod } of withPod) {
    test(path, () => {
      const names = new Set(pod!.volumes.map(({ name }) => name));
      for (const { name } of sidecar.volumeMounts) assert.ok(names.has(name), name);
    });
  }
});

suite('what fails open waits for no Secret and no ConfigMap, and what does not waits for both', () => {
  for (const { path, sidecar, pod } of withPod) {
    test(path, () => {
      const failsOpen = sidecar.args.includes('--fail-open');
      const secrets = sidecar.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []);
      const maps = pod!.volumes.flatMap(({ configMap }) => configMap ?? []);
      assert.ok(maps.length > 0);
      for (const { optional } of [...secrets, ...maps]) assert.equal(optional, failsOpen);
    });
  }
});

test('a sidecar is an init container that goes on, and a plain container is neither', () => {
  for (const { path, pod, sidecar } of withPod) {
    const isNative = path !== 'test/helm/golden/plain-container.yaml';
    assert.equal(sidecar.restartPolicy, isNative ? 'Always' : undefined, path);
    assert.equal(pod!.initContainers?.includes(sidecar) ?? false, isNative, path);
  }
});

test('the manifest for use without Helm has the container that the chart renders', () => {
  const rendered = golden.find(({ path }) => path.endsWith('/app.yaml'))!;
  const comparable = ({ sidecar }: typeof byHand) => ({
    ...sidecar,
    image: undefined,
    imagePullPolicy: undefined,
    env: sidecar.env.filter(({ name }) => name !== 'LOG_LEVEL'),
  });
  assert.deepEqual(comparable(byHand), comparable(rendered));
  assert.deepEqual(byHand.app.env, rendered.app.env);
});

test('the program takes the arguments that it is given', async (t) => {
  const directory = temporaryDirectory(t);
  const any = '127.0.0.1:0';
  const config = write(
    directory,
    'tocsin.yaml',
    `{ intake: { http: { listen: "${any}" }, grpc: { listen: "${any}" } }, metrics: { listen: "${any}" }, admin: { listen: "${any}" } }`,
  );
  const args = byHand.sidecar.args.map((arg) => (arg === '/etc/tocsin/tocsin.yaml' ? config : arg));
  assert.ok(args.includes(config));
  const program = new Program(t, args, { TOCSIN_DATA_DIR: directory });
  await program.listening();
  program.signal('SIGTERM');
  assert.equal((await program.ended).code, 0);
});

test('the chart installs the version that is here', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  assert.equal(chart.appVersion, version);
  const example = golden.find(({ path }) => path.endsWith('/example.yaml'))!;
  assert.equal(example.sidecar.image, `tocsin:${version}`);
});
