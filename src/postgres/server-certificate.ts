import { readFile, stat } from 'node:fs/promises';
import { usageError } from '../errors.ts';
import type { DatabaseAddress } from './share-url.ts';

/** bytes; all public authorities together have a tenth of it */
const MOST_CERTIFICATES = 5_000_000;

/** How a server proves who it is: by the authorities that Node knows, or by those of a file. */
export async function trustedTls({ host, rootCert }: DatabaseAddress) {
  if (rootCert === undefined || rootCert === 'system') return { host, rejectUnauthorized: true };
  try {
    const { size } = await stat(rootCert);
    // A pipe or device may never end; neither has a size.
    if (size === 0 || size > MOST_CERTIFICATES) throw new Error('not a file of certificates');
    return { host, rejectUnauthorized: true, ca: await readFile(rootCert, 'utf8') };
  } catch (error) {
    throw usageError('bad_share_url', `Cannot read the certificate authority ${rootCert}.`, {
      hint: 'Check sslrootcert in the address, or PGSSLROOTCERT.',
      cause: error,
    });
  }
}
