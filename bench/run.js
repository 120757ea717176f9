// npm run bench [-- --short] [subject …]: measures, prints one table, writes it to bench/results/. How to read it: README.md.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform } from 'node:os';
import { ROOT } from './processes.js';

const SUBJECTS = [
  'start-up',
  'size',
  'program',
  'pace',
  'journal',
  'listing',
  'usage',
  'oversight',
  'scale',
  'roster',
  'report',
  'handout',
  'seal',
  'mail',
  'shared',
];

const args = process.argv.slice(2);
const short = args.includes('--short');
const named = args.filter((arg) => !arg.startsWith('-'));
const rows = [];
// What is measured is what users get, from the sources as they are now.
execFileSync(process.execPath, ['build.js'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
print(['WHAT', 'OURS', 'BOUND', 'RATIO', 'TARGET', 'OK']);
for (const subject of named.length > 0 ? named : SUBJECTS) {
  if (!SUBJECTS.includes(subject)) throw new Error(`There is ${SUBJECTS.join(', ')}; not ${subject}.`);
  const { measure } = await import(`./${subject}.js`);
  for (const row of await measure({ short })) {
    rows.push({ subject, ...row });
    const { what, ours, unit, bound, boundIs, ratio, target, ok } = row;
    const sign = ratio === undefined ? '' : '≤ ';
    print([
      what,
      `${figure(ours)} ${unit}`,
      `${figure(bound)} ${unit} ${boundIs}`,
      figure(ratio),
      sign + figure(target),
      ok ? 'ok' : 'NO',
    ]);
  }
}
mkdirSync(new URL('results/', import.meta.url), { recursive: true });
const machine = { node: process.version, platform: platform(), arch: arch(), cores: cpus().length, load: loadavg()[0] };
const at = new Date().toISOString();
const file = new URL(`results/${at.replaceAll(/[:.]/g, '-')}.json`, import.meta.url);
writeFileSync(file, `${JSON.stringify({ version: 1, at, short, machine, rows }, null, 2)}\n`);
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;

function print([what, ours, bound, ratio, target, ok]) {
  console.log(
    `${what.padEnd(52)}${ours.padStart(11)}  ${bound.padEnd(28)}${ratio.padStart(7)}${target.padStart(9)}  ${ok}`,
  );
}

function figure(value) {
  if (value === undefined) return '';
  return Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
