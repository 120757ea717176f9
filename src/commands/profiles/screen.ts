import type { readProfiles } from '../../connection/profiles.ts';
import { DEFAULT_BASE_URL } from '../../settings.ts';
import { renderTable } from '../../terminal/table.ts';

type Profiles = Awaited<ReturnType<typeof readProfiles>>;

export function renderProfiles({ profiles, mail, ...rest }: Profiles, width: number): string {
  if (profiles.size === 0 && mail.size === 0)
    return 'No management key is saved on this computer.\nSave one with: orkeys login\n';
  const elsewhere = [...profiles.values()].some(({ base_url }) => base_url !== DEFAULT_BASE_URL);
  const columns = [
    { title: 'PROFILE', flexible: true },
    { title: 'MANAGEMENT KEY' },
    { title: 'ACCOUNT', flexible: true },
    { title: 'SAVED' },
    ...(elsewhere ? [{ title: 'SERVICE', flexible: true }] : []),
    { title: '' },
  ];
  const rows = [...profiles].map(([name, { label, account, added_at, base_url }]) => [
    name,
    label,
    account ?? 'unknown',
    added_at.slice(0, 10),
    ...(elsewhere ? [base_url] : []),
    name === rest.default ? 'default' : '',
  ]);
  const table = rows.length === 0 ? '' : renderTable({ columns, rows }, width);
  const passwords = mail.size === 0 ? '' : `Mail passwords: ${[...mail.keys()].join(', ')}\n`;
  return table + passwords;
}

export function profilesJson(
  { profiles, mail, ...rest }: Profiles,
  { path, dryRun }: { path: string; dryRun: boolean },
) {
  return {
    version: 1,
    command: 'profiles',
    sandbox: false,
    dry_run: dryRun,
    file: path,
    default: rest.default ?? null,
    profiles: [...profiles].map(([name, { label, account, base_url, store, added_at }]) => ({
      name,
      label,
      account,
      base_url,
      store,
      added_at,
    })),
    mail: [...mail].map(([server, { store, added_at }]) => ({ server, store, added_at })),
  };
}
