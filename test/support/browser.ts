import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll } from 'vitest';

const PROGRAM = '/usr/bin/chromium';

/** Why tests in a browser are left out here; undefined if they run. */
export const noBrowser = existsSync(PROGRAM) ? undefined : `${PROGRAM} is not here`;

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** One Chromium for all tests of a file, started by the first that asks, closed after the last. */
export function useBrowser(): () => Promise<Browser> {
  let started: Promise<Browser> | undefined;
  afterAll(async () => {
    await (await started)?.close();
  });
  return () => {
    started ??= chromium.launch({ executablePath: PROGRAM, headless: true, args: FLAGS });
    return started;
  };
}
