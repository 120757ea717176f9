import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  key: string;
  cert: string;
}

export interface Certificates {
  /** the authority that signed them, in PEM */
  authority: string;
  /** for localhost and 127.0.0.1 */
  good: Certificate;
  expired: Certificate;
  otherName: Certificate;
  /** signed by itself */
  selfSigned: Certificate;
}

/** Certificates of an authority of our own; undefined without openssl. */
export function makeCertificates(): Certificates | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-certificates-'));
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    run('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=orkeys test', '-days', '2');
    run('req', '-x509', ...curve, '-keyout', 'self.key', '-out', 'self.crt', '-subj', '/CN=localhost', '-days', '2');
    run('req', ...curve, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=mail');
    const sign = (name: string, san: string, days: string): Certificate => {
      writeFileSync(join(folder, 'san'), `subjectAltName=${san}`);
      const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
      run('x509', '-req', '-in', 'server.csr', ...authority, '-extfile', 'san', '-days', days, '-out', name);
      return { key: read('server.key'), cert: read(name) };
    };
    return {
      good: sign('good.crt', 'DNS:localhost,IP:127.0.0.1', '2'),
      expired: sign('expired.crt', 'DNS:localhost,IP:127.0.0.1', '-1'),
      otherName: sign('other.crt', 'DNS:mail.example.org', '2'),
      selfSigned: { key: read('self.key'), cert: read('self.crt') },
      authority: read('ca.crt'),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
