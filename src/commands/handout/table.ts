import type { Context } from '../../context.ts';
import { type ExitCode, usageError } from '../../errors.ts';
import { hubKeys, mergeCsv, mergeTable, sharedAddresses } from '../../handout/merge-table.ts';
import { plural } from '../../plural.ts';
import { foldEmail } from '../../roster/identity.ts';
import { type GatheredPeople, gather, type HandoutFlags, leaveOut } from '../../selection/gather-recipients.ts';
import { handOut } from './hand-out.ts';
import { mergeWorkbook } from './merge-workbook.ts';
import type { MadeFile } from './save-handout.ts';

export interface TableFlags extends HandoutFlags {
  format: 'merge' | 'hub';
}

/** Writes everybody's key as a table for another program. */
export async function runTable(prefix: string | undefined, flags: TableFlags, ctx: Context): Promise<ExitCode> {
  return flags.format === 'hub' ? runHub(prefix, flags, ctx) : runMerge(prefix, flags, ctx);
}

async function runMerge(prefix: string | undefined, flags: TableFlags, ctx: Context): Promise<ExitCode> {
  const gathered = await gather('table', prefix, flags, ctx);
  return handOut(
    {
      what: 'table',
      line: `${plural(gathered.recipients.length, 'participant')}, one row each with the key`,
      gathered,
      flags,
      make: () => mergeFiles(gathered, ctx),
      next: [['Merge', 'in Word or another program: titles in row 1, email in the column email, the key in api_key']],
    },
    ctx,
  );
}

async function mergeFiles(gathered: GatheredPeople, ctx: Context): Promise<MadeFile[]> {
  const csv = mergeCsv(mergeTable(gathered.recipients));
  return [
    { name: 'mail-merge.xlsx', bytes: await mergeWorkbook(gathered, ctx.now()), hasKeys: true },
    { name: 'mail-merge.csv', bytes: new TextEncoder().encode(csv), hasKeys: true },
  ];
}

async function runHub(prefix: string | undefined, flags: TableFlags, ctx: Context): Promise<ExitCode> {
  // The file maps everybody: one with a part of them would take the keys of the others away.
  const [part] = [
    ...(flags.new ? ['--new'] : []),
    ...(flags.email ? ['--email'] : []),
    ...(flags.group ? ['--group'] : []),
    ...(flags.where ? ['--where'] : []),
  ];
  if (part !== undefined) {
    throw usageError('contradiction', `--format hub and ${part} cannot be combined: the file has everybody's key.`, {
      hint: `Remove ${part}.`,
    });
  }
  const all = await gather('hub', prefix, flags, ctx);
  const shared = sharedAddresses(all.recipients);
  const gathered = leaveOut(all, ({ participant }) => {
    const emails = participant?.emails ?? [];
    if (emails.length === 0) return 'no_email';
    return emails.some((email) => shared.has(foldEmail(email))) ? 'shared_email' : undefined;
  });
  const { recipients } = gathered;
  return handOut(
    {
      what: 'hub',
      command: 'table',
      line: `${plural(recipients.length, 'participant')}: email addresses and their keys as JSON`,
      gathered,
      flags,
      make: async () => [
        { name: 'hub-keys.json', bytes: new TextEncoder().encode(hubKeys(recipients)), hasKeys: true },
      ],
      next: [['Use it', 'in pre_spawn_hook of JupyterHub: see docs/handout.md']],
    },
    ctx,
  );
}
