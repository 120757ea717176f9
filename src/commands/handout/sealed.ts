import type { Context } from '../../context.ts';
import { type ExitCode, usageError } from '../../errors.ts';
import { plural } from '../../plural.ts';
import { spokenPassword } from '../../seal/proquint.ts';
import { sealWorkbook } from '../../seal/sealed-workbook.ts';
import { Secret } from '../../secret.ts';
import { gather, type HandoutFlags } from '../../selection/gather-recipients.ts';
import { handOut } from './hand-out.ts';
import { mergeWorkbook } from './merge-workbook.ts';

export interface SealedFlags extends HandoutFlags {
  passwordStdin: boolean;
}

/** Writes a workbook with everybody's key that opens with a password. */
export async function runSealed(prefix: string | undefined, flags: SealedFlags, ctx: Context): Promise<ExitCode> {
  const gathered = await gather('sealed', prefix, flags, ctx);
  const typed = flags.passwordStdin ? await readPassword(ctx) : undefined;
  const password = typed ?? spokenPassword((bytes) => ctx.random(bytes));
  return handOut(
    {
      what: 'sealed',
      line: `${plural(gathered.recipients.length, 'participant')} with their keys, in a workbook that opens with a password`,
      gathered,
      flags,
      ...(typed ? {} : { password }),
      make: async () => {
        if (flags.dryRun) return [{ name: FILE, bytes: new Uint8Array(), hasKeys: true }];
        const workbook = await mergeWorkbook(gathered, ctx.now());
        const bytes = sealWorkbook(workbook, { password, random: (count) => ctx.random(count) });
        return [{ name: FILE, bytes, hasKeys: true }];
      },
      next: [['Send', 'the password another way than the file, by telephone for example']],
    },
    ctx,
  );
}

const FILE = 'keys-sealed.xlsx';
/** characters; shorter ones can be guessed, even at 100,000 rounds a guess */
const SHORTEST = 10;
/** what Excel takes */
const LONGEST = 255;

async function readPassword({ stdin, interrupts }: Context): Promise<Secret> {
  const line = (await stdin.readLine(interrupts.stop)) ?? '';
  if (line.length >= SHORTEST && line.length <= LONGEST) return new Secret(line);
  const what = line === '' ? 'is empty' : `has ${line.length} characters`;
  throw usageError('bad_password', `The password on standard input ${what}. Nothing was written.`, {
    hint: `Use ${SHORTEST} to ${LONGEST} characters, or remove --password-stdin: orkeys then makes a password.`,
  });
}
