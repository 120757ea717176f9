// node bare-client.js <create | list> <count>: the calls of a command and nothing else, by a bare pool of connections.
import { Pool } from 'undici';

const CONNECTIONS = 32;
const PAGE = 100;
const [what, count] = [process.argv[2], Number(process.argv[3])];
const { origin, pathname } = new URL(process.env.ORKEYS_BASE_URL);
const pool = new Pool(origin, { connections: CONNECTIONS });
const headers = {
  authorization: `Bearer ${process.env.OPENROUTER_MANAGEMENT_KEY}`,
  'content-type': 'application/json',
};
const offsets = Array.from({ length: Math.ceil(count / PAGE) }, (_, page) => page * PAGE);
const calls =
  what === 'list'
    ? offsets.map((offset) => ['GET', `/keys?include_disabled=true&offset=${offset}`])
    : Array.from({ length: count }, (_, at) => ['POST', '/keys', JSON.stringify({ name: `W_${at}`, limit: 0.01 })]);
const left = calls.values();
await Promise.all(
  Array.from({ length: CONNECTIONS }, async () => {
    for (const [method, path, body] of left) {
      const answer = await pool.request({ method, path: `${pathname}${path}`, headers, body });
      JSON.parse(await answer.body.text());
    }
  }),
);
await pool.close();
