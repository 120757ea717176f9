import type { KeyStore } from './key-store.ts';
import { createMacKeychain } from './mac-keychain.ts';
import type { ToolOptions } from './run-tool.ts';
import { createSecretService } from './secret-service.ts';
import { createWindowsDpapi } from './windows-dpapi.ts';

export interface KeyStoreOptions extends ToolOptions {
  platform: NodeJS.Platform;
}

/** The store of this system. */
export function openKeyStore({ platform, ...options }: KeyStoreOptions): KeyStore {
  if (platform === 'win32') return createWindowsDpapi(options);
  return platform === 'darwin' ? createMacKeychain(options) : createSecretService(options);
}
