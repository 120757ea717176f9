import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { MANAGEMENT_KEY, SandboxAccount } from '../../src/sandbox/account.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';

export interface TestSandbox extends Sandbox {
  managementKey: string;
}

/** A sandbox on a free port of loopback for the running test, closed after it. Call it inside a test. */
export async function useSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const sandbox = await startSandbox({ account: newAccount(), ...options });
  onTestFinished(() => sandbox.close());
  return { ...sandbox, managementKey: MANAGEMENT_KEY };
}

export function newAccount(now: () => Date = () => new Date()): SandboxAccount {
  return new SandboxAccount({ now, random: randomBytes });
}
