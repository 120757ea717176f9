import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { temporaryFolder } from '../../support/cli.ts';
import { EXECUTABLE, runToItsEnd } from '../../support/program.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));
/** Windows starts no program without them. */
const { SystemRoot, windir } = process.env;

/** The single executable, alone in a folder, for a file of tests. */
export function useExecutable() {
  const alone = { folder: '', executable: '', openPlace };
  let root: string;
  beforeAll(() => {
    if (EXECUTABLE === undefined || !existsSync(EXECUTABLE)) {
      throw new Error(`There is no ${EXECUTABLE}. Build it: npm run build:program (CONTRIBUTING.md).`);
    }
    root = mkdtempSync(join(tmpdir(), 'orkeys-executable-'));
    alone.folder = join(root, 'alone');
    mkdirSync(alone.folder);
    alone.executable = join(alone.folder, basename(EXECUTABLE));
    copyFileSync(EXECUTABLE, alone.executable);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** A place to work in, with nothing of the checkout but the examples: an own home, an own folder for temporary files, no PATH. */
  function openPlace(name = 'participants.xlsx') {
    const [home, cwd, temporary] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    copyFileSync(join(EXAMPLES, 'participants.xlsx'), join(cwd, name));
    copyFileSync(join(EXAMPLES, 'tiers.json'), join(cwd, 'tiers.json'));
    const env = {
      SystemRoot,
      windir,
      HOME: home,
      USERPROFILE: home,
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
    };
    return {
      home,
      cwd,
      temporary,
      env,
      run: (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
        runToItsEnd([alone.executable, ...args], { cwd, env: { ...env, ...more } }),
    };
  }
  return alone;
}
