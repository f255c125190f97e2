import { join } from 'node:path';
import { runCommand } from './command.ts';
import { requireParts } from './debian.ts';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface CertificateRequest {
  /** Names the files, and is the common name. */
  readonly name: string;
  readonly organization?: string;
  /** Subject alternative names as openssl writes them: `IP:127.0.0.1`, `DNS:localhost`. */
  readonly alternativeNames?: readonly string[];
}

export interface Authority extends Certificate {
  issue(request: CertificateRequest): Promise<Certificate>;
}

const DAYS = '30';
const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];

/** A certificate authority of its own in `directory`, good for a month. */
export async function createAuthority(directory: string): Promise<Authority> {
  await requireParts('openssl');
  const files = { certFile: join(directory, 'ca.crt'), keyFile: join(directory, 'ca.key') };
  const output = ['-keyout', files.keyFile, '-out', files.certFile];
  await runCommand('openssl', ['req', '-x509', ...EC_KEY, ...output, '-subj', '/CN=test-ca', '-days', DAYS]);
  return { ...files, issue: (request) => issue(directory, files, request) };
}

async function issue(directory: string, ca: Certificate, request: CertificateRequest): Promise<Certificate> {
  const { name, organization, alternativeNames = [] } = request;
  const files = { certFile: join(directory, `${name}.crt`), keyFile: join(directory, `${name}.key`) };
  const subject = `${organization === undefined ? '' : `/O=${organization}`}/CN=${name}`;
  const names = alternativeNames.length === 0 ? [] : ['-addext', `subjectAltName=${alternativeNames.join(',')}`];
  const signer = ['-CA', ca.certFile, '-CAkey', ca.keyFile];
  const output = ['-keyout', files.keyFile, '-out', files.certFile];
  await runCommand('openssl', [
    'req',
    '-x509',
    ...EC_KEY,
    ...signer,
    ...output,
    '-subj',
    subject,
    '-days',
    DAYS,
    ...names,
  ]);
  return files;
}

/** A key pair with which service account tokens are signed and checked. */
export async function createSigningKey(directory: string): Promise<{ privateKey: string; publicKey: string }> {
  const keys = {
    privateKey: join(directory, 'service-accounts.key'),
    publicKey: join(directory, 'service-accounts.pub'),
  };
  await runCommand('openssl', ['genrsa', '-out', keys.privateKey, '2048']);
  await runCommand('openssl', ['rsa', '-in', keys.privateKey, '-pubout', '-out', keys.publicKey]);
  return keys;
}
