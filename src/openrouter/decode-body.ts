import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';

export interface DecodedBody {
  body: Buffer;
  /** larger than any honest body, or compressed in a way that cannot be undone */
  cut?: 'too_big' | 'undecodable' | undefined;
}

/** More are the mark of an attack. */
const MOST_CODINGS = 5;

/**
 * Undoes the compression of a body. Nobody asks for any, but gateways and proxies compress all the same, and the body may hold a
 * secret that is shown once. A compressed body that ends early gives what could be decoded of it.
 *
 * @param contentEncoding the header: the codings in the order in which they were applied, `gzip, br`
 * @param maxBytes of the body at every step: a small body can decode to a thousand times its size
 */
export async function decodeBody(
  body: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<DecodedBody> {
  const codings = codingsOf(contentEncoding, body);
  if (codings.length > MOST_CODINGS) return { body: Buffer.alloc(0), cut: 'undecodable' };
  let current = body;
  for (const coding of codings.reverse()) {
    if (current.length === 0) break;
    const decoder = decoderFor(coding, current);
    const decoded = decoder === undefined ? UNDECODABLE : await pour(current, decoder, maxBytes);
    // Some proxies undo a compression and leave its name in the header.
    if (decoded.cut === 'undecodable' && isPlainText(current)) return { body: current };
    if (decoded.cut !== undefined) return decoded;
    current = decoded.body;
  }
  return { body: current };
}

/** What comes out of a damaged stream before its end cannot be trusted, so none of it is kept. */
const UNDECODABLE: DecodedBody = { body: Buffer.alloc(0), cut: 'undecodable' };

function codingsOf(contentEncoding: string | undefined, body: Buffer): string[] {
  const named = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (named.length > 0) return named;
  // The header may be lost on the way; no JSON begins like this.
  const magic = body.toString('hex', 0, 4);
  return magic.startsWith('1f8b') ? ['gzip'] : magic === '28b52ffd' ? ['zstd'] : [];
}

/** The flush modes make a body that ends early give what it holds instead of an error. */
function decoderFor(coding: string, body: Buffer): Transform | undefined {
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip({ finishFlush: Z_SYNC_FLUSH });
    case 'deflate':
      // Meant is zlib's format (RFC 9110 section 8.4.1.2), sent is also the bare one. zlib's first byte ends in 8.
      return ((body[0] ?? 0) & 0x0f) === 8
        ? zlib.createInflate({ finishFlush: Z_SYNC_FLUSH })
        : zlib.createInflateRaw({ finishFlush: Z_SYNC_FLUSH });
    case 'br':
      return zlib.createBrotliDecompress({ finishFlush: BROTLI_OPERATION_FLUSH });
    case 'zstd':
      // 1 = ZSTD_e_flush
      return hasZstd(zlib) ? zlib.createZstdDecompress({ finishFlush: 1 }) : undefined;
    default:
      return undefined;
  }
}

/** Since Node 22.15 and 23.8. */
function hasZstd(module: object): module is { createZstdDecompress(options: { finishFlush: number }): Transform } {
  return 'createZstdDecompress' in module;
}

function pour(input: Buffer, decoder: Transform, maxBytes: number): Promise<DecodedBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (cut?: DecodedBody['cut']) => {
      resolve(cut === 'undecodable' ? UNDECODABLE : { body: Buffer.concat(chunks), cut });
      decoder.destroy();
    };
    decoder.on('data', (chunk: Buffer) => {
      const room = Math.max(0, maxBytes - size);
      chunks.push(chunk.subarray(0, room));
      size += chunk.length;
      if (size > maxBytes) end('too_big');
    });
    decoder.on('end', () => end());
    decoder.on('error', () => end('undecodable'));
    decoder.end(input);
  });
}

function isPlainText(body: Buffer): boolean {
  return /^\s*[{[<"]/.test(body.toString('latin1', 0, 100));
}
