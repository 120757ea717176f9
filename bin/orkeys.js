#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

keepCompiledCode();
const { main } = await import('../dist/main.js');
process.exitCode = await main(process);

/**
 * Node 22.8 and newer keep compiled code for the next start; a folder that cannot be written is no error there. Not in Node's own
 * default place: on Linux that is /tmp, where another user could have laid down code for us to run.
 */
function keepCompiledCode() {
  try {
    const { XDG_CACHE_HOME: chosen = '' } = process.env;
    const caches = isAbsolute(chosen) ? chosen : join(homedir(), '.cache');
    nodeModule.enableCompileCache?.(process.platform === 'win32' ? undefined : join(caches, 'orkeys'));
  } catch {
    // No home folder: the start takes some milliseconds more.
  }
}
