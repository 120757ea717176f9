import { execFile } from 'node:child_process';
import { Agent, request as httpRequest } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import {
  closedAfterAnswer,
  closedAfterCommit,
  cut,
  delayed,
  drip,
  endless,
  type Fault,
  hang,
  html,
  ignoredOffset,
  landsAfterMs,
  landsAfterRequests,
  noSecret,
  oddSuccess,
  redirect,
  refused,
  repeatedKeys,
  resetAfterCommit,
  resetBeforeCommit,
  retyped,
  sameSecret,
  secretFirst,
  secretInData,
  shortPage,
  skippedKeys,
  tooMany,
  without,
} from './faults.ts';
import { type FaultyServer, script, useFaultyServer } from './faulty-server.ts';

interface Seen {
  status: number;
  text: string;
  /** the error's code, or `cut` where the body ended too early */
  failed?: string;
  headers: NodeJS.Dict<string | string[]>;
}

interface Asking {
  body?: unknown;
  agent?: Agent;
  /** stop reading after so many bytes */
  enough?: number;
}

/** A client of nothing but Node that tells what came over the wire. */
function ask(server: FaultyServer, method: string, path: string, asking: Asking = {}): Promise<Seen> {
  const { enough = Number.POSITIVE_INFINITY, body = '' } = asking;
  return new Promise((resolve) => {
    const seen: Seen = { status: 0, text: '', headers: {} };
    const options = {
      method,
      agent: asking.agent ?? false,
      headers: { authorization: `Bearer ${server.managementKey}` },
    };
    const request = httpRequest(`${server.url}${path}`, options, (response) => {
      seen.status = response.statusCode ?? 0;
      seen.headers = response.headers;
      response.setEncoding('utf8').on('data', (chunk: string) => {
        seen.text += chunk;
        if (seen.text.length >= enough) request.destroy();
      });
      response.on('error', () => undefined);
      response.on('close', () => resolve(response.complete ? seen : { ...seen, failed: 'cut' }));
    });
    request.on('error', (error: NodeJS.ErrnoException) => resolve({ ...seen, failed: error.code ?? 'error' }));
    request.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

const create = (server: FaultyServer, name = 'W_Anda_abcdefgh', asking: Asking = {}) =>
  ask(server, 'POST', '/keys', { body: { name }, ...asking });

async function createWith(fault: Fault, asking: Asking = {}) {
  const server = await useFaultyServer({ rules: script({ 'POST /keys': [fault] }) });
  const seen = await create(server, undefined, asking);
  return { server, seen, secret: server.requests[0]?.secret ?? 'none' };
}

test.each([
  ['reset before the commit', resetBeforeCommit, 0],
  ['reset after the commit', resetAfterCommit, 1],
  ['closed after the commit', closedAfterCommit, 1],
])('%s: the client sees a reset', async (_, fault, keys) => {
  const { server, seen } = await createWith(fault);
  expect(seen).toMatchObject({ status: 0, failed: 'ECONNRESET' });
  expect(server.liveKeys()).toHaveLength(keys);
  expect(server.requests[0]).toMatchObject({ committed: keys === 1, status: 0 });
});

test('a hanging request is committed and never answered', async () => {
  const server = await useFaultyServer({ rules: script({ 'POST /keys': [hang] }) });
  const hanging = create(server);
  await expect.poll(() => server.liveKeys().length).toBe(1);
  expect(await Promise.race([hanging, ask(server, 'GET', '/key')])).toMatchObject({ status: 200 });
  await server.close();
  expect(await hanging).toMatchObject({ failed: 'ECONNRESET' });
});

test('a delayed answer comes after its delay, and the commit came before', async () => {
  const { server, seen } = await createWith(delayed(20));
  expect(seen.status).toBe(201);
  expect(server.liveKeys()).toHaveLength(1);
});

test('an answer can be held until the test lets go', async () => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const server = await useFaultyServer({ rules: script({ 'POST /keys': [{ wait: () => held }] }) });
  const asked = create(server);
  expect((await Promise.race([asked, ask(server, 'GET', '/key')])).status).toBe(200);
  expect(server.liveKeys()).toHaveLength(1);
  letGo();
  expect((await asked).status).toBe(201);
});

test('a key lands when the second later request arrives', async () => {
  const server = await useFaultyServer({ rules: script({ 'POST /keys': [landsAfterRequests(2)] }) });
  expect(await create(server)).toMatchObject({ failed: 'ECONNRESET' });
  const names = async () => JSON.parse((await ask(server, 'GET', '/keys')).text).data.length;
  expect(await names()).toBe(0);
  expect(await names()).toBe(1);
  expect(server.requests[0]).toMatchObject({ committed: true, secret: expect.stringMatching(/^sk-or-/) });
});

test('a key lands after a while, or as soon as the test says so', async () => {
  const { server } = await createWith(landsAfterMs(1));
  await expect.poll(() => server.liveKeys().length).toBe(1);
  const later = await createWith(landsAfterMs(3_600_000));
  expect(later.server.liveKeys()).toHaveLength(0);
  later.server.land();
  later.server.land();
  expect(later.server.liveKeys()).toHaveLength(1);
});

test.each(['length', 'chunked', 'close'] as const)('with framing %s a 201 is cut where it was asked for', async (f) => {
  const failed = f === 'close' ? undefined : 'cut';
  const headers = await createWith(cut('headers', f));
  expect(headers.seen).toMatchObject({ status: 201, text: '' });
  expect(headers.seen.failed).toBe(failed);

  const before = await createWith(cut('before', f));
  expect(before.seen.failed).toBe(failed);
  expect(before.seen.text).toMatch(/"key":"$/);

  const inside = await createWith(cut('inside', f));
  expect(inside.seen.failed).toBe(failed);
  const half = inside.secret.slice(0, inside.secret.length / 2);
  expect(inside.seen.text.endsWith(`"key":"${half}`)).toBe(true);

  const after = await createWith(cut('after', f));
  expect(after.seen.failed).toBe(failed);
  expect(after.seen.text.endsWith(`"key":"${after.secret}"`)).toBe(true);
  expect(after.server.liveKeys()).toHaveLength(1);
});

test.each([200, 403, 502, 504, 520, 522, 524])('HTML with %i, with and without a key made', async (status) => {
  for (const [commit, keys] of [['never', 0] as const, ['now', 1] as const]) {
    const { server, seen } = await createWith(html(status, commit));
    expect(seen).toMatchObject({ status, text: expect.stringMatching(/^<!DOCTYPE html>/) });
    expect(seen.headers['content-type']).toMatch('text/html');
    expect(server.liveKeys()).toHaveLength(keys);
  }
});

test.each([400, 401, 402, 403, 404, 409, 500, 503])(
  '%i in the JSON of the API, and nothing is made',
  async (status) => {
    const { server, seen } = await createWith(refused(status, 'no'));
    expect(seen.status).toBe(status);
    expect(JSON.parse(seen.text)).toEqual({ error: { code: status, message: 'no', metadata: null }, user_id: null });
    expect(server.liveKeys()).toHaveLength(0);
  },
);

test.each(['7', '0', '86400', 'Wed, 21 Oct 2099 07:28:00 GMT', 'Wed, 21 Oct 2015 07:28:00 GMT', 'soon', undefined])(
  '429 with Retry-After %s',
  async (retryAfter) => {
    const { server, seen } = await createWith(tooMany(retryAfter));
    expect(seen.status).toBe(429);
    expect(seen.headers['retry-after']).toBe(retryAfter);
    expect(server.liveKeys()).toHaveLength(0);
  },
);

test.each([202, 204] as const)('the key is made and the answer is %i', async (status) => {
  const { server, seen, secret } = await createWith(oddSuccess(status));
  expect(seen).toMatchObject({ status });
  expect(seen.text.includes(secret)).toBe(status === 202);
  expect(server.liveKeys()).toHaveLength(1);
});

test.each([301, 302, 303, 307, 308] as const)('%i to another host, which sees who follows', async (status) => {
  const other = await useFaultyServer();
  const { server, seen } = await createWith(redirect(status, `${other.url}/keys`));
  expect(seen).toMatchObject({ status, text: '', headers: { location: `${other.url}/keys` } });
  expect([server.liveKeys().length, other.requests.length]).toEqual([0, 0]);
});

test('the secret is missing, elsewhere, ahead, or somebody else’s; fields are missing or of another type', async () => {
  const answerTo = async (fault: Fault) => {
    const { seen, secret } = await createWith(fault);
    return { body: JSON.parse(seen.text), text: seen.text, secret };
  };
  const none = await answerTo(noSecret);
  expect(Object.keys(none.body)).toEqual(['data']);
  expect(none.text).not.toContain(none.secret);
  const inData = await answerTo(secretInData);
  expect([inData.body.key, inData.body.data.key]).toEqual([undefined, inData.secret]);
  expect(Object.keys((await answerTo(secretFirst)).body)).toEqual(['key', 'data']);
  expect((await answerTo(sameSecret(() => 'sk-or-v1-test-other'))).body.key).toBe('sk-or-v1-test-other');
  expect((await answerTo(without('hash'))).body.data).not.toHaveProperty('hash');
  expect((await answerTo(retyped('limit', '5'))).body.data.limit).toBe('5');
});

test('an answer can drip, never end, or be followed by a closed connection', async () => {
  const dripping = await createWith(drip(0));
  expect(JSON.parse(dripping.seen.text).key).toBe(dripping.secret);
  const flood = await createWith(endless, { enough: 1_000_000 });
  expect(flood.seen.failed).toBe('cut');
  expect(flood.seen.text.slice(0, 2000)).toContain(flood.secret);

  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const closed = await createWith(closedAfterAnswer, { agent });
  expect(closed.seen).toMatchObject({ status: 201, headers: { connection: 'keep-alive' } });
  expect(closed.seen.failed).toBeUndefined();
  const open = () => Object.keys(agent.sockets).length + Object.keys(agent.freeSockets).length;
  await expect.poll(open).toBe(0);
});

test('lists ignore the offset, repeat, skip, shorten and shift', async () => {
  const server = await useFaultyServer();
  for (let n = 1; n <= 102; n += 1) server.account.createKey({ name: `P${n}` });
  const secondPage = async (fault: Fault) => {
    server.setRules(({ path }) => (path.includes('offset=100') ? fault : undefined));
    const { data } = JSON.parse((await ask(server, 'GET', '/keys?offset=100')).text);
    return [data.length, data[0]?.name];
  };
  expect(await secondPage({})).toEqual([2, 'P2']);
  expect(await secondPage(ignoredOffset)).toEqual([100, 'P102']);
  expect(await secondPage(repeatedKeys(3))).toEqual([5, 'P5']);
  expect(await secondPage(skippedKeys(1))).toEqual([1, 'P1']);
  expect(await secondPage(shortPage(1))).toEqual([1, 'P2']);
  const stranger: Fault = { before: (account) => void account.createKey({ name: 'stranger' }) };
  expect(await secondPage(stranger)).toEqual([3, 'P3']);
});

test('a fresh key is missing from the next lists, and found by its hash at once', async () => {
  const server = await useFaultyServer({ listLag: 2 });
  const { hash } = JSON.parse((await create(server)).text).data;
  const listed = async () => JSON.parse((await ask(server, 'GET', '/keys')).text).data.length;
  expect(await listed()).toBe(0);
  expect((await ask(server, 'GET', `/keys/${hash}`)).status).toBe(200);
  expect(await listed()).toBe(0);
  expect(await listed()).toBe(1);
});

test('changes and deletes can be lost or refused after they took effect', async () => {
  const server = await useFaultyServer({
    rules: script({
      'PATCH /keys/{hash}': [resetAfterCommit, refused(409)],
      'DELETE /keys/{hash}': [refused(500), refused(404, 'gone', 'now')],
    }),
  });
  const { hash } = JSON.parse((await create(server)).text).data;
  const patch = (limit: number) => ask(server, 'PATCH', `/keys/${hash}`, { body: { limit } });
  expect([(await patch(1)).failed, server.liveKeys()[0]?.limit]).toEqual(['ECONNRESET', 1]);
  expect([(await patch(2)).status, server.liveKeys()[0]?.limit]).toEqual([409, 1]);
  const remove = () => ask(server, 'DELETE', `/keys/${hash}`);
  expect([(await remove()).status, server.liveKeys().length]).toEqual([500, 1]);
  expect([(await remove()).status, server.liveKeys().length]).toEqual([404, 0]);
  expect(server.requests.map(({ route, committed }) => [route, committed])).toEqual([
    ['POST /keys', true],
    ['PATCH /keys/{hash}', true],
    ['PATCH /keys/{hash}', false],
    ['DELETE /keys/{hash}', false],
    ['DELETE /keys/{hash}', true],
  ]);
});

test('one name can be singled out, and the oracle counts keys by person and posts by tag', async () => {
  const rules = ({ name }: { name: string | undefined }) => (name?.includes('Bruno') ? refused(400) : undefined);
  const server = await useFaultyServer({ rules });
  await create(server, 'W_Anda Baklāne_aaaaaaaa');
  await create(server, 'W_Anda Baklāne_bbbbbbbb');
  await create(server, 'W_Bruno_cccccccc');
  await create(server, 'W_Bruno_cccccccc');
  await create(server, 'somebody else');
  expect([...server.livingByPerson('W')].map(([person, keys]) => [person, keys.map(({ tag }) => tag)])).toEqual([
    ['Anda Baklāne', ['aaaaaaaa', 'bbbbbbbb']],
  ]);
  const tags = { aaaaaaaa: 1, bbbbbbbb: 1, cccccccc: 2 };
  expect(Object.fromEntries(server.postsPerTag())).toEqual(tags);
  expect([...server.postsPerTag(({ committed }) => committed).keys()]).toEqual(['aaaaaaaa', 'bbbbbbbb']);
  expect(server.mintedSecrets()).toEqual(server.liveKeys().map(({ secret }) => secret));
  expect(server.mintedSecrets()).toHaveLength(3);
});

test('every phase of every request is told in order, and waited for', async () => {
  const phases: string[] = [];
  const server = await useFaultyServer({
    rules: script({ 'POST /keys': [undefined, resetBeforeCommit] }),
    onEvent: async (phase, { n }, event) => {
      await new Promise((resolve) => setImmediate(resolve));
      phases.push(`${event} ${n} ${phase} ${server.liveKeys().length}`);
    },
  });
  await create(server);
  await create(server);
  await expect.poll(() => phases).toHaveLength(6);
  expect(phases).toEqual([
    '1 1 received 0',
    '2 1 committing 0',
    '3 1 committed 1',
    '4 1 answered 1',
    '5 2 received 1',
    '6 2 answered 1',
  ]);
});

test('a client can be killed at any phase of its request, and the server knows how far it came', async () => {
  const code = `const answer = await fetch(process.argv[1] + '/keys', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + process.argv[2] },
    body: '{"name":"Anda"}',
  });
  await answer.text();`;
  const keysAfterKillAt = async (fatal: number): Promise<[string, number]> => {
    let kill = async () => {};
    const server = await useFaultyServer({ onEvent: (_, __, event) => (event === fatal ? kill() : undefined) });
    const args = ['--input-type=module', '-e', code, server.url, server.managementKey];
    return new Promise((resolve) => {
      const child = execFile(process.execPath, args, (error) =>
        resolve([error?.signal ?? 'done', server.liveKeys().length]),
      );
      kill = () =>
        new Promise((killed) => {
          child.once('exit', () => killed());
          child.kill('SIGKILL');
        });
    });
  };
  const outcomes = await Promise.all([1, 2, 3, 5].map(keysAfterKillAt));
  expect(outcomes.map(([how]) => how)).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 'done']);
  expect(outcomes.slice(2)).toEqual([
    ['SIGKILL', 1],
    ['done', 1],
  ]);
});
