import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxAccount } from '../../src/sandbox/account.ts';
import type { AccountState } from '../../src/sandbox/account-state.ts';
import { temporaryFolder } from './cli.ts';
import { NOW } from './workshop-world.ts';

/** What a power cut would leave: the account, and of the output folder what was on disk. */
export interface Remains {
  /** `DELETE /keys/{hash} committed` */
  at: string;
  account: SandboxAccount;
  /** holds `output/` */
  cwd: string;
}

/** Takes pictures of a run at every phase of every request that changes something; each can be gone on from. */
export function createCamera(account: SandboxAccount, cwd: () => string, workshop = 'WS') {
  const taken: Remains[] = [];
  let on = false;
  return {
    taken,
    start: () => {
      on = true;
    },
    stop: () => {
      on = false;
    },
    onEvent(phase: string, request: { method: string; route: string; nth: number }) {
      if (!on || request.method === 'GET') return;
      const state: AccountState = structuredClone(account.toJSON());
      const copy = temporaryFolder();
      mkdirSync(join(copy, 'output', workshop), { recursive: true, mode: 0o700 });
      for (const file of ['journal.jsonl', 'keys.json']) {
        const from = join(cwd(), 'output', workshop, file);
        if (existsSync(from)) copyFileSync(from, join(copy, 'output', workshop, file));
      }
      taken.push({
        at: `${request.route} ${request.nth} ${phase}`,
        account: SandboxAccount.from(state, {
          now: NOW,
          random: (bytes) => globalThis.crypto.getRandomValues(new Uint8Array(bytes)),
        }),
        cwd: copy,
      });
    },
  };
}
