// Runs the built program many times in this one process: `node one-process.js <main.js> <jobs.json> <results.json>`.
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const [, , program, jobs, results] = process.argv;
const { main } = await import(program);
let requests = 0;
subscribe('undici:request:create', () => {
  requests += 1;
});
// Three pipes that are there from their first use on, and keep nothing alive unless they are read.
for (const stream of ['stdin', 'stdout', 'stderr']) process[stream].on('error', () => undefined);
const ended = [];
for (const { args, cwd, env } of JSON.parse(readFileSync(jobs, 'utf8'))) {
  process.chdir(cwd);
  Object.assign(process.env, env);
  process.argv = [process.argv[0], program, ...args];
  const before = resources();
  requests = 0;
  const code = await main(process);
  const [asked, lastWordAt] = [requests, performance.now()];
  const kept = await keptAlive(before);
  ended.push({ code, asked, askedLate: requests - asked, lingeredMs: performance.now() - lastWordAt, kept });
}
writeFileSync(results, JSON.stringify(ended));

/** What keeps Node from ending, by Node's own account: sockets, timers, threads. */
function resources() {
  return process.getActiveResourcesInfo().sort();
}

/** Resolves as soon as nothing more than before keeps the process alive, or with what does after some time. */
async function keptAlive(before) {
  for (let turn = 0; ; turn += 1) {
    const left = [...before];
    const kept = resources().filter((each) => {
      const at = left.indexOf(each);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    if (kept.length === 0 || turn === 300) return kept;
    await wait(10);
  }
}
