/** Certificates for one test, made by openssl: a signer, and what it has signed. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  readonly keyFile: string;
  readonly certificateFile: string;
}

export interface Signer {
  readonly caFile: string;
  /** `subjectAltName` such as `IP:127.0.0.1,DNS:sbc.test`; negative days are over already. */
  sign(subjectAltName: string, days?: number): Promise<Certificate>;
  close(): Promise<void>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export async function openSigner(): Promise<Signer> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-certificates-'));
  const caFile = join(folder, 'ca.pem');
  const caKeyFile = join(folder, 'ca.key.pem');
  await run('openssl', ['req', '-x509', ...newKey, '-keyout', caKeyFile, '-out', caFile, '-subj', '/CN=test signer']);
  let count = 0;
  return {
    caFile,
    async sign(subjectAltName, days = 2) {
      count += 1;
      const name = (kind: string): string => join(folder, `${count}.${kind}.pem`);
      const [keyFile, certificateFile, request, extensions] = [name('key'), name('cert'), name('request'), name('ext')];
      await writeFile(extensions, `subjectAltName=${subjectAltName}`);
      await run('openssl', ['req', ...newKey, '-keyout', keyFile, '-out', request, '-subj', '/CN=test']);
      await run('openssl', [
        ...['x509', '-req', '-in', request, '-CA', caFile, '-CAkey', caKeyFile, '-CAcreateserial'],
        ...['-out', certificateFile, '-extfile', extensions, '-days', String(days)],
      ]);
      return { keyFile, certificateFile };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
