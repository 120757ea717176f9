import { applyMail, type MailRun } from '../../apply/apply-mail.ts';
import { createMailPace } from '../../apply/mail-pace.ts';
import { type OpenedMail, openMail } from '../../connection/local-mail.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import type { Mailings } from '../../handout/fold-mailings.ts';
import { HANDOUT_LOG } from '../../handout/handout-log.ts';
import { maskedWords } from '../../handout/mail-text.ts';
import { type MailPlan, openEnded, planMail } from '../../handout/plan-mail.ts';
import { livingAttempt } from '../../journal/attempt.ts';
import { attemptsFor, type JournalState } from '../../journal/fold.ts';
import { plural } from '../../plural.ts';
import { foldEmail } from '../../roster/identity.ts';
import { readSettings } from '../../settings.ts';
import { CANCELLED, canAsk, confirmTyped, confirmYes } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import { createProgress } from '../../terminal/progress.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { stoppedJson } from '../../views/key-json.ts';
import { openMailLog } from '../../workshop/mail-log.ts';
import { keeperOf } from '../../workshop/shelf.ts';
import { readSideLog } from '../../workshop/side-log.ts';
import { readWorkshop } from '../../workshop/workshop.ts';
import { mailRows, rowJson, totalsOf } from './mail-rows.ts';
import { composeFor, type MailFlags, type PreparedMail, prepareMail, templateHash } from './prepare.ts';
import { nextMailSteps, renderMailPlan, renderMailRows, type SendView } from './screen.ts';

export interface SendFlags extends MailFlags {
  /** mails a minute */
  rate?: number | undefined;
  limit?: number | undefined;
  again?: string[] | undefined;
  retryRefused: boolean;
  yes: boolean;
}

/** Exchange takes 30 a minute and refuses more. */
const USUAL_RATE = 25;

/** Sends everybody who has none a mail with their key. Run again, it sends the rest. */
export async function runSend(prefix: string | undefined, flags: SendFlags, ctx: Context): Promise<ExitCode> {
  const prepared = await prepareMail(prefix, flags, ctx);
  const { id, folder } = prepared.gathered;
  const settings = readSettings(ctx);
  const mail = await openMail({ sandbox: flags.sandbox, outRoot: id.outRoot, prefix: id.prefix, settings, ctx });
  try {
    const { mailings } = await readSideLog(id, HANDOUT_LOG, ctx);
    const plan = planFor(prepared, mailings, flags, mail);
    const through = plan.mails.length === 0 || flags.dryRun ? mail.server : await checked(mail);
    const view = viewOf(prepared, plan, mailings, flags, mail, through);
    if (flags.dryRun || plan.mails.length === 0) return await finish({ view, flags, mail, run: undefined }, ctx);
    const quiet = flags.quiet || flags.json;
    const asks = !flags.yes && canAsk(ctx);
    const screen = asks ? ctx.prompt : ctx.stderr;
    if (!quiet || asks) screen.write(renderMailPlan(view, screen, ctx));
    if (!(await confirmed(plan, id.prefix, flags, ctx))) {
      screen.write(`${CANCELLED}\n`);
      return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
    }
    const log = await openMailLog(id, 'mail send', ctx);
    try {
      // Another run may have sent some while the question stood.
      const now = planFor(prepared, log.state.mailings, flags, mail);
      const agreed = new Set(plan.mails.map(({ messageId }) => messageId));
      const mails = now.mails.filter(({ messageId }) => agreed.has(messageId));
      const notes = quiet ? [] : [...prepared.gathered.notes, ...log.warnings];
      for (const note of notes) ctx.stderr.write(`Note: ${visibleText(note)}\n`);
      const batch = Buffer.from(ctx.random(8)).toString('hex');
      await log.append({
        ...{ type: 'mail_batch', id: batch, server: mail.server, from: mail.from.address },
        ...{ template: templateHash(prepared.text.template), count: mails.length },
      });
      const earlier = [...log.state.mailings.mails.values()].map(({ at }) => Date.parse(at));
      const progress = await createProgress({ ctx, total: mails.length, label: 'Sending', quiet });
      const run = await applyMail(mails, {
        session: mail,
        append: (line) => log.append(line),
        compose: (planned) => composeFor(planned, prepared, mail, ctx),
        isPresent: presence(id, folder, ctx),
        batch,
        pace: createMailPace(view.rate, earlier, ctx),
        sleep: ctx.sleep,
        stop: ctx.interrupts.stop,
        onResult: ({ result }) => (result === 'not_started' ? undefined : progress.step()),
        onWait: (text) => progress.note(text),
      }).finally(() => progress.stop());
      return await finish({ view: { ...view, plan: { ...now, mails } }, flags, mail, run }, ctx);
    } finally {
      await log.close();
    }
  } finally {
    await mail.close();
  }
}

function planFor({ gathered }: PreparedMail, mailings: Mailings, flags: SendFlags, mail: OpenedMail): MailPlan {
  const { limit, again = [], retryRefused, to } = flags;
  const addresses = new Set(gathered.recipients.flatMap(({ participant }) => participant?.emails.map(foldEmail) ?? []));
  const unknown = again.find((address) => !addresses.has(foldEmail(address)));
  if (unknown !== undefined) {
    throw usageError('nothing_selected', `No participant with a key has the email address ${unknown}.`, {
      hint: 'Check --again. Addresses are as in the roster.',
    });
  }
  const personOf = (tag: string) => gathered.state.attempts.get(tag)?.person ?? tag;
  return planMail(gathered, mailings, { to, from: mail.from.address, limit, again, retryRefused, personOf });
}

async function checked(mail: OpenedMail): Promise<string> {
  const { encrypted } = await mail.check();
  if (mail.sandbox) return 'the sandbox, which delivers to nobody';
  return `${mail.server} (${encrypted ? 'TLS, certificate checked' : 'not encrypted, on this computer'})`;
}

function viewOf(
  { text, gathered, guide }: PreparedMail,
  plan: MailPlan,
  { batches }: Mailings,
  { rate, sandbox }: SendFlags,
  mail: OpenedMail,
  through: string,
): SendView {
  const template = templateHash(text.template);
  const first = plan.mails[0]?.recipient;
  const { subject } = first ? maskedWords(text.template, first, guide) : text.template;
  return {
    ...{ id: gathered.id, plan, from: mail.from, through, subject, replyTo: text.replyTo },
    rate: rate ?? (sandbox ? undefined : USUAL_RATE),
    otherText: plan.had.filter((each) => (batches.get(each.mail.batch) ?? template) !== template).length,
    sandbox,
  };
}

/** Whoever gets a key without a bound by mistake can use it for long: then a Return too early must not be enough. */
function confirmed(plan: MailPlan, prefix: string, { yes }: SendFlags, ctx: Context): Promise<boolean> {
  const question = `Send ${plural(plan.mails.length, 'email')}?`;
  if (openEnded(plan.mails).length > 0) return confirmTyped({ ctx, question, yes, expected: prefix });
  return confirmYes({ ctx, question, yes, offTerminal: 'refuse' });
}

/** Whether a key is still the one that its person has; the journal is read again when it has changed. */
function presence(id: PreparedMail['gathered']['id'], folder: string, ctx: Context): (tag: string) => Promise<boolean> {
  let size: number | undefined;
  let state: JournalState | undefined;
  return async (tag) => {
    const bytes = await keeperOf(id.outRoot, folder).read('journal', ctx);
    if (!state || bytes?.length !== size) state = await readWorkshop(id, ctx);
    size = bytes?.length;
    const attempt = state.attempts.get(tag);
    return attempt !== undefined && livingAttempt(attemptsFor(state, attempt.person))?.tag === tag;
  };
}

interface Finished {
  view: SendView;
  flags: SendFlags;
  mail: OpenedMail;
  /** undefined where nothing was to be sent */
  run: MailRun | undefined;
}

async function finish({ view, flags, mail, run }: Finished, ctx: Context): Promise<ExitCode> {
  const { id, plan } = view;
  const rows = mailRows(plan, run?.results);
  const totals = totalsOf(rows);
  const interrupted = ctx.interrupts.stop.aborted;
  const next = flags.dryRun ? [] : nextMailSteps(rows, id);
  if (flags.json) {
    printJson(ctx, {
      ...{ version: 1, command: 'mail send', dry_run: flags.dryRun, sandbox: flags.sandbox, prefix: id.prefix },
      ...{ server: mail.server, from: mail.from.address, mails: rows.map(rowJson), totals },
      ...{ stopped: stoppedJson(run?.stopped), interrupted, outbox: mail.outbox ?? null, next },
    });
  } else {
    if (!run) ctx.stdout.write(renderMailPlan(view, ctx.stdout, ctx));
    if (flags.dryRun) ctx.stdout.write('Dry run: nothing was sent.\n');
    else
      ctx.stdout.write(renderMailRows(rows, { stopped: run?.stopped?.message, next, note: noteFor(mail, run) }, ctx));
  }
  if (run?.stopped && (flags.json || !interrupted)) throw run.stopped;
  if (interrupted) return EXIT.INTERRUPTED;
  if (flags.dryRun) return EXIT.OK;
  return totals.refused + totals.unknown + totals.not_started > 0 ? EXIT.PARTIAL : EXIT.OK;
}

function noteFor(mail: OpenedMail, run: MailRun | undefined): string | undefined {
  if (!run?.results.some(({ result }) => result === 'accepted')) return undefined;
  if (mail.outbox !== undefined) return `Look into ${mail.outbox}`;
  return `Accepted is not delivered: what comes back goes to ${mail.from.address}.`;
}
