import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Why there can be no real keyring here; undefined when there can. */
export function whyNoKeyring(): string | undefined {
  for (const program of ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon', 'secret-tool']) {
    try {
      execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    } catch {
      return `${program} is not installed`;
    }
  }
  return undefined;
}

export interface Keyring {
  /** what a program needs to find it */
  env: Record<string, string>;
  /** Ends the daemon and starts it again, locked, as after a login without a password; or unlocked, as after one with it. */
  lock(): Promise<void>;
  unlock(): Promise<void>;
}

const PASSWORD = 'test';

/** A real GNOME Keyring on a D-Bus of its own, for the running test. */
export async function useKeyring(): Promise<Keyring> {
  const home = mkdtempSync(join(tmpdir(), 'orkeys-keyring-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const env = await startBus(home);
  let daemon = await startDaemon(env, '--unlock');
  onTestFinished(() => daemon.end());
  const restart = async (how: '--unlock' | '--start') => {
    await daemon.end();
    daemon = await startDaemon(env, how);
  };
  return { env, lock: () => restart('--start'), unlock: () => restart('--unlock') };
}

/** A session bus without a keyring behind it. */
export async function useEmptyBus(): Promise<Record<string, string>> {
  const home = mkdtempSync(join(tmpdir(), 'orkeys-bus-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return startBus(home);
}

/** Finds no service that could be started, so the keyring is only what a test starts itself. */
async function startBus(home: string): Promise<Record<string, string>> {
  const config = join(home, 'bus.conf');
  writeFileSync(
    config,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=${home}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
  );
  const bus = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    bus.kill();
    if (bus.exitCode === null) await new Promise((resolve) => bus.on('close', resolve));
  });
  const address = await new Promise<string>((resolve) =>
    bus.stdout.once('data', (data) => resolve(String(data).trim())),
  );
  return { PATH: process.env.PATH ?? '', HOME: home, XDG_RUNTIME_DIR: home, DBUS_SESSION_BUS_ADDRESS: address };
}

async function startDaemon(env: Record<string, string>, how: '--unlock' | '--start') {
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--components=secrets', how], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  daemon.stdin.end(how === '--unlock' ? PASSWORD : '');
  const owner = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.GetNameOwner'];
  const deadline = performance.now() + 20_000;
  for (let isThere = false; !isThere; ) {
    if (performance.now() > deadline) throw new Error('The keyring does not start.');
    try {
      execFileSync('dbus-send', [...owner, 'string:org.freedesktop.secrets'], { env, stdio: 'ignore' });
      isThere = true;
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return {
    end: async () => {
      daemon.kill();
      if (daemon.exitCode === null && daemon.signalCode === null)
        await new Promise((resolve) => daemon.on('close', resolve));
    },
  };
}
