import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import * as z from 'zod';
import { readAtMost } from './bounded-file.ts';
import { reasonOf } from './references.ts';

/** Paths of files in PEM; empty = none. */
export interface TlsFiles {
  ca: string;
  cert: string;
  key: string;
}

/** What the files hold. */
export interface TlsMaterial {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
}

/** A file cannot be used for TLS; the message says why, and never what is in it. */
export class TlsUnusable extends Error {
  override readonly name = 'TlsUnusable';
  /** Which of the three. */
  readonly key: keyof TlsFiles;

  constructor(key: keyof TlsFiles, message: string) {
    super(message);
    this.key = key;
  }
}

/** Of somebody who asks for nothing but to be known. */
export type CertificateFiles = Pick<TlsFiles, 'cert' | 'key'>;

const tlsFile = (what: string) => z.string().default('').describe(`Path of a file in PEM: ${what}.`);

const ownFiles = {
  cert: tlsFile('the certificate that Tocsin shows'),
  key: tlsFile('the private key of that certificate'),
};

/** The keys of a part of the configuration that says how TLS is spoken with somebody. @param whom such as `back end` */
export function tlsFiles(whom: string) {
  const ca = `the certificates that the ${whom}’s is checked against, instead of the well-known ones`;
  return z.strictObject({ ca: tlsFile(ca), ...ownFiles }).prefault({});
}

/** The keys of a listener that speaks TLS when both are given. */
export function certificateFiles() {
  return z.strictObject(ownFiles).prefault({});
}

/** Tells what is wrong with the files. @param path of the part that they are in */
export function checkTls(files: TlsFiles, context: z.RefinementCtx, path: string[]): void {
  try {
    readTls(files);
  } catch (error) {
    if (!(error instanceof TlsUnusable)) throw error;
    context.addIssue({ code: 'custom', path: [...path, error.key], message: error.message });
  }
}

/** Tells what is wrong with the files of a listener. @param path of the part that they are in */
export function checkCertificate(files: CertificateFiles, context: z.RefinementCtx, path: string[]): void {
  checkTls({ ca: '', ...files }, context, path);
}

/** @throws TlsUnusable */
export function readCertificate(files: CertificateFiles): { cert: Buffer; key: Buffer } {
  const { cert, key } = readTls({ ca: '', ...files });
  if (cert === undefined || key === undefined) throw new TlsUnusable('cert', 'there is no certificate');
  return { cert, key };
}

const longestFile = 2 ** 20;

/** @throws TlsUnusable */
export function readTls(files: TlsFiles): TlsMaterial {
  if ((files.cert === '') !== (files.key === '')) {
    const [given, missing] = files.cert === '' ? (['key', 'cert'] as const) : (['cert', 'key'] as const);
    throw new TlsUnusable(given, `${missing} is missing: a certificate and its key are used together`);
  }
  const material: TlsMaterial = {};
  for (const key of ['ca', 'cert', 'key'] as const) {
    if (files[key] !== '') material[key] = readPem(key, files[key]);
  }
  check(material);
  return material;
}

function readPem(key: keyof TlsFiles, path: string): Buffer {
  let bytes: Uint8Array;
  try {
    bytes = readAtMost(path, longestFile);
  } catch (error) {
    throw new TlsUnusable(key, `the file cannot be read: ${reasonOf(error)}`);
  }
  if (bytes.length > longestFile) throw new TlsUnusable(key, `the file is larger than ${longestFile} bytes`);
  const pem = Buffer.from(bytes);
  if (!pem.includes('-----BEGIN ')) {
    const wanted = key === 'key' ? 'a private key' : 'a certificate';
    throw new TlsUnusable(key, `the file is not ${wanted} in PEM, which begins with -----BEGIN`);
  }
  return pem;
}

function check({ ca, cert, key }: TlsMaterial): void {
  // A context takes anything for a CA, and then trusts nobody.
  if (ca !== undefined && !isCertificate(ca))
    throw new TlsUnusable('ca', 'the file cannot be used: it is not a certificate');
  try {
    createSecureContext({ cert, key });
  } catch {
    throw new TlsUnusable(
      'cert',
      'the file cannot be used: it is not a certificate and the key that belongs to it',
    );
  }
}

function isCertificate(pem: Buffer): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
