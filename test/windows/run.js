// npm run test:windows: runs the packed program as Windows users do, under Wine, and the single executable that ORKEYS_EXE names. Installs nothing: it says
// what to install.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missing, openMachine, until } from './machine.js';
import { runUnitTests } from './unit-tests.js';

const lines = missing();
if (lines.length > 0) {
  console.error(`These are missing here:\n  ${lines.join('\n  ')}`);
  process.exit(2);
}
const machine = openMachine();

/** What must hold, whatever way the program came. */
function casesOf({ cwd, run, runBare, orkeys, hold }) {
  const inWorkshop = (prefix, name) => join(cwd, 'output', 'sandbox', prefix, name);
  const bytesOf = (prefix) =>
    ['journal.jsonl', 'keys.json', 'keys.xlsx'].map((name) => readFileSync(inWorkshop(prefix, name), 'base64'));

  function writeRoster(prefix, people) {
    const rows = Array.from({ length: people }, (_, n) => `p${n}@example.org,Jānis${n},Bērziņš`);
    writeFileSync(join(cwd, `${prefix}.csv`), `E-mail,Name,Surname\n${rows.join('\n')}\n`);
  }

  const provision = (prefix, ...more) => ['provision', `${prefix}.csv`, '--yes', '--rate', 'off', ...more];
  const slowly = (prefix) => ['provision', `${prefix}.csv`, '--yes', '--rate', '2'];
  const hasKeys = (prefix) => {
    const journal = inWorkshop(prefix, 'journal.jsonl');
    return existsSync(journal) && readFileSync(journal, 'utf8').includes('"type":"created"');
  };

  async function done(args, code = 0) {
    const ended = await run(...args);
    assert.equal(ended.code, code, `orkeys ${args.join(' ')}\n${ended.stdout}${ended.stderr}`);
    return ended;
  }

  async function peopleOf(prefix) {
    const { stdout } = await done(['list', '--prefix', prefix, '--json']);
    return JSON.parse(stdout)
      .keys.map(({ name }) => name.replace(/_[a-z2-7]{8}$/, ''))
      .sort();
  }

  async function everybodyHasOne(prefix, people) {
    const expected = Array.from({ length: people }, (_, n) => `${prefix}_Jānis${n}_Bērziņš`).sort();
    assert.deepEqual(await peopleOf(prefix), expected);
  }

  return {
    'provision, and a second run that changes nothing': async () => {
      writeRoster('FIRST', 3);
      await done(provision('FIRST'));
      await everybodyHasOne('FIRST', 3);
      const before = bytesOf('FIRST');
      await done(provision('FIRST'));
      assert.deepEqual(bytesOf('FIRST'), before);
    },
    'kill -9 in mid-run, and the same command again': async () => {
      writeRoster('KILLED', 12);
      const { child, ended } = orkeys(...slowly('KILLED'));
      await until(() => hasKeys('KILLED'));
      child.kill('SIGKILL');
      await ended;
      await done(provision('KILLED'));
      await everybodyHasOne('KILLED', 12);
    },
    'keys.xlsx is open in another program': async () => {
      writeRoster('HELD', 2);
      await done(provision('HELD'));
      const held = await hold(inWorkshop('HELD', 'keys.xlsx'));
      writeRoster('HELD', 3);
      const { stdout } = await done(provision('HELD'));
      held.close();
      assert.match(stdout, /keys-2\.xlsx/);
      assert.ok(existsSync(inWorkshop('HELD', 'keys-2.xlsx')));
    },
    'two runs for one workshop at once, and one for another': async () => {
      writeRoster('BUSY', 16);
      writeRoster('OTHER', 3);
      const slow = orkeys(...slowly('BUSY'));
      await until(() => hasKeys('BUSY'));
      await done(provision('BUSY'), 7);
      await done(provision('OTHER'));
      assert.equal((await slow.ended).code, 0);
      await everybodyHasOne('BUSY', 16);
      await everybodyHasOne('OTHER', 3);
    },
    'a week of spending, its report in every form, and hand-outs': async () => {
      writeRoster('CLASS', 12);
      await done(provision('CLASS'));
      const spent = await runBare('sandbox', 'spend', '--prefix', 'CLASS');
      assert.equal(spent.code, 0, spent.stdout + spent.stderr);
      await done(['usage', 'CLASS', '--save']);
      for (const kind of ['slips', 'files', 'table']) await done(['handout', kind, 'CLASS']);
      for (const name of ['usage.html', 'usage.xlsx', 'usage.csv', 'usage.sqlite', 'usage.jsonl', 'handouts.jsonl']) {
        assert.ok(existsSync(inWorkshop('CLASS', name)), name);
      }
      const handedOut = readdirSync(inWorkshop('CLASS', 'handout'));
      assert.ok(handedOut.includes('slips.html') && handedOut.includes('mail-merge.xlsx'), handedOut.join(' '));
      await done(['usage', 'CLASS', '--save']);
    },
    'verify, rotate, doctor, revoke': async () => {
      await done(['verify', '--prefix', 'FIRST']);
      await done(['rotate', '--prefix', 'FIRST', '--yes']);
      await everybodyHasOne('FIRST', 3);
      await done(['doctor']);
      await done(['revoke', '--prefix', 'FIRST', '--yes']);
      assert.deepEqual(await peopleOf('FIRST'), []);
    },
    '.env as Notepad and PowerShell write it, in UTF-16': async () => {
      writeFileSync(join(cwd, '.env'), Buffer.from('\uFEFFORKEYS_PREFIX=FROM_ENV\r\n', 'utf16le'));
      const { stdout } = await done(['provision', 'FIRST.csv', '--dry-run', '--json']);
      assert.equal(JSON.parse(stdout).prefix, 'FROM_ENV');
    },
  };
}

let failures = 0;
try {
  for (const installation of machine.installations) {
    for (const [name, check] of Object.entries(casesOf(installation))) {
      try {
        await check();
        console.log(`ok    ${installation.name}: ${name}`);
      } catch (error) {
        failures += 1;
        console.log(`FAIL  ${installation.name}: ${name}\n${error instanceof Error ? error.message : error}`);
      }
    }
  }
  if (machine.installations.length === 1) console.log('      orkeys.exe: not run, because ORKEYS_EXE names none');
  for (const { test, passed, skipped, failed } of await runUnitTests(machine)) {
    const isGood = passed > 0 && failed.length === 0;
    if (!isGood) failures += 1;
    console.log(`${isGood ? 'ok   ' : 'FAIL '} ${test}: ${passed} passed, ${skipped} skipped`);
    for (const name of failed) console.log(`        ${name}`);
  }
} finally {
  machine.close();
}
process.exitCode = failures === 0 ? 0 : 1;
