import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');

interface Probe {
  httpGet: { path: string; port: number };
}

export interface Container {
  name: string;
  image: string;
  args: string[];
  restartPolicy?: string;
  env: { name: string; value?: string; valueFrom?: { secretKeyRef: { optional: boolean } } }[];
  ports: { name: string; containerPort: number }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe?: Probe;
  securityContext: Record<string, unknown> & { runAsUser: number; runAsGroup: number };
  resources: unknown;
  volumeMounts: { name: string; mountPath: string }[];
}

export interface PodSpec {
  initContainers?: Container[];
  containers: Container[];
  volumes: { name: string; configMap?: { name: string; optional: boolean } }[];
}

interface Resource {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec?: {
    template?: {
      metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
      spec: PodSpec;
    };
    selector?: Record<string, string>;
    ports?: { port: number; targetPort: number }[];
    ingress?: { ports: { port: number }[]; from?: unknown[] }[];
  };
}

/** One file of objects for Kubernetes. */
export class Manifest {
  readonly path: string;
  private readonly objects: Resource[];

  constructor(path: string) {
    this.path = path;
    this.objects = parseAllDocuments(read(path)).map((document) => document.toJS() as Resource);
  }

  /** Tocsin's configuration, if it is in the file. */
  get configuration(): string | undefined {
    return this.objects.find(({ kind }) => kind === 'ConfigMap')?.data?.['tocsin.yaml'];
  }

  get pod(): PodSpec | undefined {
    return this.template?.spec;
  }

  get annotations(): Record<string, string> {
    return this.template?.metadata.annotations ?? {};
  }

  get labels(): Record<string, string> {
    return this.template?.metadata.labels ?? {};
  }

  /** What leads to the pod from outside of it, and what may. */
  spec(kind: 'Service' | 'NetworkPolicy'): Resource['spec'] {
    return this.objects.find((each) => each.kind === kind)?.spec;
  }

  get sidecar(): Container {
    const { initContainers = [], containers } = this.pod!;
    return [...initContainers, ...containers].find(({ name }) => name === 'tocsin')!;
  }

  get app(): Container {
    return this.pod!.containers.find(({ name }) => name !== 'tocsin')!;
  }

  private get template() {
    return this.objects.find(({ kind }) => kind === 'Deployment')?.spec?.template;
  }
}

export const golden: readonly Manifest[] = readdirSync(`${root}/test/helm/golden`).map(
  (name) => new Manifest(`test/helm/golden/${name}`),
);

export const byHand = new Manifest('examples/kubernetes/deployment.yaml');

export const chart = parse(read('helm/tocsin/Chart.yaml')) as { version: string; appVersion: string };
