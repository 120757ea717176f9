import * as zlib from 'node:zlib';
import { brotliCompressSync, constants, createBrotliCompress, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CREATED, clientOf, NEW_KEY, SECRET } from './client-under-test.ts';
import { json, type Reply, serve } from './scripted-server.ts';

const BODY = Buffer.from(JSON.stringify(CREATED));
const CREDITS = Buffer.from(JSON.stringify({ data: { total_credits: 5, total_usage: 1 } }));
/** Newer versions of Node have it. */
const zstd = 'zstdCompressSync' in zlib ? (zlib.zstdCompressSync as (body: Buffer) => Buffer) : undefined;

/** A gateway that compresses whatever passes, asked for or not. */
function encoded(status: number, contentEncoding: string | undefined, body: Buffer, length = body.length): Reply {
  return (response) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': length,
      ...(contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding }),
    });
    response.write(body, () => (length === body.length ? response.end() : response.socket?.destroySoon()));
  };
}

async function create(reply: Reply) {
  const { baseUrl } = await serve(reply);
  return clientOf(baseUrl).client.createKey(NEW_KEY);
}

test('every request asks for an answer as it is', async () => {
  const { baseUrl, received } = await serve(json(201, CREATED));
  await clientOf(baseUrl).client.createKey(NEW_KEY);
  expect(received[0]?.headers['accept-encoding']).toBe('identity');
});

const codings: [string, string | undefined, (body: Buffer) => Buffer][] = [
  ['gzip', 'gzip', gzipSync],
  ['gzip by its old name', 'x-gzip', gzipSync],
  ['gzip in capital letters', 'GZIP', gzipSync],
  ['gzip that no header names', undefined, gzipSync],
  ['Brotli', 'br', brotliCompressSync],
  ['deflate', 'deflate', deflateSync],
  ['bare deflate', 'deflate', deflateRawSync],
  ['gzip, then Brotli', 'gzip, br', (body) => brotliCompressSync(gzipSync(body))],
  ['gzip twice, and nothing', 'gzip, identity, gzip', (body) => gzipSync(gzipSync(body))],
  ['nothing, although the header says gzip', 'gzip', (body) => body],
  ...(zstd ? [['Zstandard', 'zstd', zstd] as [string, string, (body: Buffer) => Buffer]] : []),
];

test.each(codings)('an answer compressed with %s is understood', async (_, coding, compress) => {
  const outcome = await create(encoded(201, coding, compress(BODY)));
  expect(outcome).toMatchObject({ result: 'done', facts: { name: NEW_KEY.name } });
  expect(outcome.result === 'done' && outcome.secret.reveal()).toBe(SECRET);
  const { baseUrl } = await serve(encoded(200, coding, compress(CREDITS)));
  expect(await clientOf(baseUrl).client.getCredits()).toEqual({ total_credits: 5, total_usage: 1 });
});

describe('a compressed answer that is cut', () => {
  // What comes after the secret does not shrink, so that a cut hits it and not the secret.
  const long = Buffer.from(JSON.stringify({ key: SECRET, noise: Array.from({ length: 40_000 }, (_, n) => n * 7919) }));

  test.each([
    ['gzip', (body: Buffer) => gzipSync(body)],
    ['deflate', (body: Buffer) => deflateSync(body)],
    ['br', (body: Buffer) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ['gzip, br', (body: Buffer) => brotliCompressSync(gzipSync(body))],
    ...(zstd ? [['zstd', zstd] as const] : []),
  ] as const)('gives its secret as far as it decodes: %s', async (coding, compress) => {
    const whole = compress(long);
    const outcome = await create(encoded(201, coding, whole.subarray(0, Math.floor(whole.length * 0.9)), whole.length));
    expect(outcome).toMatchObject({ result: 'done' });
  });

  test('before the end of the secret gives none', async () => {
    const flushed = await flushedAfter(`{"key":"${SECRET.slice(0, 30)}`);
    const outcome = await create(encoded(201, 'br', flushed, flushed.length + 100));
    expect(outcome).toMatchObject({
      result: 'unresolved',
      unreadable: { description: expect.stringContaining(', br, ') },
    });
  });
});

test('an answer that decodes to more than 16 MB is refused, whatever its size on the way', async () => {
  const bomb = gzipSync(
    Buffer.concat([Buffer.from('{"data":"'), Buffer.alloc(17 * 1024 * 1024, 'x'), Buffer.from('"}')]),
  );
  expect(bomb.length).toBeLessThan(100_000);
  const { baseUrl, received } = await serve(encoded(200, 'gzip', bomb));
  await expect(clientOf(baseUrl).client.getCredits()).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining('larger than 16 MB'),
  });
  expect(received).toHaveLength(1);
  const twice = gzipSync(gzipSync(Buffer.alloc(300 * 1024 * 1024)));
  expect(await create(encoded(201, 'gzip, gzip', twice))).toMatchObject({ result: 'unresolved' });
});

test.each<[string, string, Buffer]>([
  ['of a kind that nobody knows', 'sdch', Buffer.from([1, 2, 3, 4])],
  ['too often', Array(6).fill('gzip').join(), gzipSync(BODY)],
  ['and damaged on the way', 'gzip', Buffer.concat([gzipSync(BODY).subarray(0, -6), Buffer.alloc(6)])],
  ['by name only', 'br', Buffer.from([0xff, 0xff, 0xff])],
])(
  'an answer that is compressed %s is reported by status, type and length, and gives no secret',
  async (_, coding, body) => {
    expect(await create(encoded(201, coding, body))).toMatchObject({
      result: 'unresolved',
      unreadable: { description: `201, application/json, ${coding}, ${body.length} bytes` },
    });
    const { baseUrl } = await serve(encoded(200, coding, body));
    await expect(clientOf(baseUrl).client.getCredits()).rejects.toMatchObject({
      message: expect.stringContaining('compressed in a way that orkeys cannot undo'),
    });
  },
);

/** A Brotli stream that ends after `text`, without its end. */
async function flushedAfter(text: string): Promise<Buffer> {
  const stream = createBrotliCompress();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => stream.write(text, () => stream.flush(() => resolve())));
  return Buffer.concat(chunks);
}
