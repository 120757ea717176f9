import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Takes Node out of the PATH of all tests: in place of a folder that has one, a folder of links to everything else in it. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-path-'));
  const { PATH = '' } = process.env;
  const folders = PATH.split(delimiter).filter(Boolean);
  process.env.PATH = folders.map((from, at) => withoutNode(from, join(folder, String(at)))).join(delimiter);
  return () => rmSync(folder, { recursive: true, force: true });
}

function withoutNode(from: string, to: string): string {
  const names = namesIn(from);
  const others = names.filter((name) => !NODE.test(name));
  if (others.length === names.length) return from;
  mkdirSync(to);
  // Links take rights on Windows, but there Node has a folder of its own.
  if (process.platform !== 'win32') for (const name of others) symlinkSync(join(from, name), join(to, name));
  return to;
}

const NODE = /^(?:node|nodejs|npm|npx|corepack)(?:\.\w+)?$/;

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
