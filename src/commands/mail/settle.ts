import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import type { Mailings, RecordedMail } from '../../handout/fold-mailings.ts';
import { HANDOUT_LOG } from '../../handout/handout-log.ts';
import { NOBODY_SENDS, planMail } from '../../handout/plan-mail.ts';
import { type Recipients, recipientsOf } from '../../handout/recipients.ts';
import { plural } from '../../plural.ts';
import { foldEmail } from '../../roster/identity.ts';
import { printJson } from '../../terminal/json.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { type LocalFlags, readLocalWorkshop } from '../../workshop/local-workshop.ts';
import { openMailLog } from '../../workshop/mail-log.ts';
import { readSideLog } from '../../workshop/side-log.ts';
import { readWorkshop } from '../../workshop/workshop.ts';
import { commandFor } from '../../workshop/workshop-id.ts';

export interface SettleFlags extends LocalFlags {
  arrived?: string[] | undefined;
  missing?: string[] | undefined;
  dryRun: boolean;
}

interface Settled {
  mail: RecordedMail;
  address: string;
  how: 'arrived' | 'missing';
}

/** Records what a person found out about mails in doubt. */
export async function runSettle(prefix: string | undefined, flags: SettleFlags, ctx: Context): Promise<ExitCode> {
  const { id } = await readLocalWorkshop(prefix, flags, ctx);
  const everybody = recipientsOf(await readWorkshop(id, ctx), ctx.now());
  const decide = (mailings: Mailings): Settled[] =>
    decisions(addressed(mailings, everybody), flags, commandFor(id, 'mail', 'status'));
  const settled = decide((await readSideLog(id, HANDOUT_LOG, ctx)).mailings);
  if (!flags.dryRun) {
    const log = await openMailLog(id, 'mail settle', ctx);
    try {
      for (const { mail, how } of decide(log.state.mailings)) {
        await log.append({ type: 'mail_settled', message_id: mail.messageId, how });
      }
    } finally {
      await log.close();
    }
  }
  if (flags.json) {
    const mails = settled.map(({ mail, address, how }) => ({ address, message_id: mail.messageId, how }));
    const head = { version: 1, command: 'mail settle', dry_run: flags.dryRun, sandbox: flags.sandbox };
    printJson(ctx, { ...head, prefix: id.prefix, mails });
    return EXIT.OK;
  }
  for (const { address, how } of settled) {
    const what = how === 'arrived' ? 'arrived' : 'did not arrive; the next orkeys mail send sends it again';
    ctx.stdout.write(`${visibleText(address)}: ${what}\n`);
  }
  if (flags.dryRun) ctx.stdout.write('Dry run: nothing was recorded.\n');
  else if (settled.some(({ how }) => how === 'missing'))
    ctx.stdout.write(`Next      ${commandFor(id, 'mail', 'send')}\n`);
  return EXIT.OK;
}

/** What a repair found of an email is its name: whose key it has says to whom it went. */
function addressed({ mails, batches }: Mailings, everybody: Recipients): Mailings {
  const plan = planMail(everybody, { mails, batches }, { ...NOBODY_SENDS, personOf: (tag) => tag });
  const unaddressed = plan.inDoubt.filter(({ mail }) => mail.to.length === 0);
  const known = new Map(mails);
  for (const { mail, recipient } of unaddressed) {
    known.set(mail.messageId, { ...mail, to: recipient.participant?.emails ?? [] });
  }
  return { mails: known, batches };
}

function decisions({ mails }: Mailings, { arrived = [], missing = [] }: SettleFlags, status: string): Settled[] {
  const both = arrived.find((address) => missing.map(foldEmail).includes(foldEmail(address)));
  if (both !== undefined) {
    throw usageError('contradiction', `--arrived ${both} and --missing ${both} cannot be combined.`, {
      hint: 'Remove one of them.',
    });
  }
  if (arrived.length + missing.length === 0) {
    throw usageError('usage', 'Nothing to record: neither --arrived nor --missing.', {
      hint: `To see what is in doubt: ${status}`,
    });
  }
  const doubts = [...mails.values()].filter(({ state }) => state === 'in_doubt');
  return [
    ...arrived.map((address) => ({ address, how: 'arrived' as const })),
    ...missing.map((address) => ({ address, how: 'missing' as const })),
  ].flatMap(({ address, how }) => {
    const found = doubts.filter(({ to }) => to.map(foldEmail).includes(foldEmail(address)));
    if (found.length === 0) {
      throw usageError(
        'nothing_selected',
        `No email to ${address} is in doubt (${plural(doubts.length, 'email')} in doubt).`,
        {
          hint: `To see what is in doubt: ${status}`,
        },
      );
    }
    return found.map((mail) => ({ mail, address, how }));
  });
}
