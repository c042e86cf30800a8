import { FileWatcher } from '../../config/file-watcher.ts';
import { type CertificateFiles, readCertificate, TlsUnusable } from '../../config/tls.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type Listener, ListenFailed } from '../../runtime/http-server.ts';
import type { Certificate } from '../../runtime/graceful-server.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Degradations, DegradedPart } from './degradations.ts';

export interface TlsListenerDependencies {
  clock: Clock;
  log: Log;
  degradations: Degradations;
}

/**
 * A listener that shows the certificate in its files, and another one as soon as that is there: certificates live for weeks, and what
 * renews them replaces files. One that cannot be used changes nothing.
 */
export class TlsListener implements Component {
  readonly name: string;
  private readonly part: DegradedPart;
  private readonly files: CertificateFiles;
  private readonly listener: Listener;
  private readonly dependencies: TlsListenerDependencies;
  private readonly watcher: FileWatcher;
  private shown: Certificate | undefined;

  constructor(
    part: DegradedPart,
    files: CertificateFiles,
    listener: Listener,
    dependencies: TlsListenerDependencies,
  ) {
    this.name = listener.name;
    this.part = part;
    this.files = files;
    this.listener = listener;
    this.dependencies = dependencies;
    this.watcher = new FileWatcher(dependencies.clock, () => this.takeOver());
  }

  /** @throws ListenFailed */
  async start(): Promise<void> {
    try {
      this.show(readCertificate(this.files));
    } catch (error) {
      if (!(error instanceof TlsUnusable)) throw error;
      throw new ListenFailed(`${this.name}: tls.${error.key}: ${error.message}`, { cause: error });
    }
    await this.listener.start();
    this.watcher.watch([this.files.cert, this.files.key]);
    await this.watcher.start();
  }

  async stop(): Promise<void> {
    await this.watcher.stop();
    await this.listener.stop();
  }

  private takeOver(): void {
    const { log, degradations } = this.dependencies;
    try {
      const found = readCertificate(this.files);
      const { shown } = this;
      degradations.clear(this.part);
      if (shown?.cert.equals(found.cert) === true && shown.key.equals(found.key)) return;
      this.show(found);
      log.info(`the ${this.name} shows another certificate now`);
    } catch (error) {
      if (!(error instanceof TlsUnusable)) throw error;
      const detail = `${this.name}: tls.${error.key}: ${error.message}; it goes on with the certificate it had`;
      log.error(detail);
      degradations.set({ part: this.part, detail, isFailOpen: false });
    }
  }

  private show(certificate: Certificate): void {
    this.listener.show(certificate);
    this.shown = certificate;
  }
}
