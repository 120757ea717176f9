import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { HANDOUT_LOG } from '../../handout/handout-log.ts';
import { NOBODY_SENDS, planMail } from '../../handout/plan-mail.ts';
import { gatherKnown, type HandoutFlags } from '../../selection/gather-recipients.ts';
import { printJson } from '../../terminal/json.ts';
import { readSideLog } from '../../workshop/side-log.ts';
import { type MailRow, mailRows, rowJson, totalsOf } from './mail-rows.ts';
import { nextMailSteps, renderMailRows } from './screen.ts';

/** Shows from the log alone who got a mail with their key. */
export async function runMailStatus(prefix: string | undefined, flags: HandoutFlags, ctx: Context): Promise<ExitCode> {
  const gathered = await gatherKnown('mail', prefix, flags, ctx);
  const { mailings } = await readSideLog(gathered.id, HANDOUT_LOG, ctx);
  const personOf = (tag: string) => gathered.state.attempts.get(tag)?.person ?? tag;
  const plan = planMail(gathered, mailings, { ...NOBODY_SENDS, personOf });
  const rows = mailRows(plan, undefined).map(
    (row): MailRow =>
      row.result === 'had_it' ? { ...row, result: 'accepted' } : row.stale ? { ...row, result: 'stale' } : row,
  );
  const shown = rows.map((row) =>
    row.result === 'planned' ? { ...row, messageId: null, result: 'not_started' as const } : row,
  );
  const next = nextMailSteps(shown, gathered.id);
  if (flags.json) {
    const head = { version: 1, command: 'mail status', sandbox: flags.sandbox, prefix: gathered.id.prefix };
    printJson(ctx, { ...head, mails: shown.map(rowJson), totals: totalsOf(shown), next });
  } else ctx.stdout.write(renderMailRows(shown, { stopped: undefined, next, note: undefined }, ctx));
  return EXIT.OK;
}
