import type { Context } from '../../context.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { renderDetails } from '../../terminal/details.ts';

export interface LogoutView {
  what: { profile: string; label: string } | { server: string };
  store: { id: string; title: string };
  /** profiles that are still there */
  left: readonly string[];
  /** the default profile afterwards */
  default: string | undefined;
  dryRun: boolean;
}

export function renderLogout(
  { what, store, left, dryRun, ...rest }: LogoutView,
  { env }: Pick<Context, 'env'>,
): string {
  const done = dryRun ? 'Would remove' : 'Removed';
  if ('server' in what) return renderDetails([[done, `the password of ${what.server} from ${store.title}`]]);
  const noDefault = rest.default === undefined && left.length > 0;
  return renderDetails([
    [done, `management key ${what.label} of profile ${what.profile} from ${store.title}`],
    [
      'Default',
      noDefault ? `none now; to set one: ${commandLine(['profiles', '--default', left[0] ?? ''], env)}` : undefined,
    ],
    ['Still valid', 'it works wherever else it is; to delete it: https://openrouter.ai/settings/management-keys'],
  ]);
}

export function logoutJson({ what, store, left, dryRun, ...rest }: LogoutView) {
  return {
    version: 1,
    command: 'logout',
    sandbox: false,
    dry_run: dryRun,
    profile: 'profile' in what ? what.profile : null,
    server: 'server' in what ? what.server : null,
    store: store.id,
    default: rest.default ?? null,
    profiles: left,
  };
}
