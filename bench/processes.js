import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const RESULTS = join(ROOT, 'bench', 'results');
/** The sandbox's own, fixed and worthless elsewhere. */
export const MANAGEMENT_KEY = 'sk-or-v1-sandbox-management';

export const BIN = fileURLToPath(new URL('../bin/orkeys.js', import.meta.url));

/** Runs Node, or another program, to its end; rejects when it ends with another exit code. Resolves with wall time in ms and what it printed. */
export function runNode(args, { env = process.env, cwd = ROOT, exit = 0, program = process.execPath } = {}) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (output.stdout += chunk));
    child.stderr.on('data', (chunk) => (output.stderr += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const ms = performance.now() - start;
      if (code === exit) resolve({ ms, ...output });
      else reject(new Error(`${args.join(' ')}: exit ${code}\n${output.stderr}`));
    });
  });
}

/** Runs things in turn, so that a machine that grows slower hits all; each resolves with a number. Resolves with the medians. */
export async function inTurn(runs, things) {
  const figures = things.map(() => []);
  for (let run = 0; run < runs; run += 1) {
    for (const [at, thing] of things.entries()) figures[at].push(await thing());
  }
  return figures.map(median);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Runs Node to its end; resolves with wall time in ms and the peak of its memory in MB, by its own account. */
export async function runMeasured(args, options = {}) {
  return withFolder(async (folder) => {
    const file = join(folder, 'peak');
    const tell = `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.BENCH_PEAK,String(process.resourceUsage().maxRSS)))`;
    const env = { ...(options.env ?? process.env), BENCH_PEAK: file };
    const ended = await runNode(['--import', `data:text/javascript,${encodeURIComponent(tell)}`, ...args], {
      ...options,
      env,
    });
    return { ...ended, peakMB: Number(readFileSync(file, 'utf8')) / 1000 };
  });
}

/** A folder of its own, gone afterwards. On the checkout's disk: what lies in memory only syncs in no time. */
export async function withFolder(use) {
  mkdirSync(RESULTS, { recursive: true });
  const folder = mkdtempSync(join(RESULTS, 'work-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
