import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { heldKeys } from '../../journal/fold.ts';
import { printJson } from '../../terminal/json.ts';
import { type LocalFlags, readLocalWorkshop } from '../../workshop/local-workshop.ts';
import { checkSideLogs } from '../../workshop/side-logs.ts';
import { verifiedState } from '../../workshop/verified-journal.ts';
import { journalCheckedJson, renderJournalChecked } from './screen.ts';

/** Checks whether a journal and the logs beside it are intact. If not, throws the same CliError (exit 2) as every other command. */
export async function runJournalVerify(prefix: string | undefined, flags: LocalFlags, ctx: Context): Promise<ExitCode> {
  const { id, folder, journalPath, text, bytes, state } = await readLocalWorkshop(prefix, flags, ctx);
  await verifiedState(text, folder, id);
  const logs = await checkSideLogs(id, ctx);
  const found = {
    logs,
    path: journalPath,
    entries: text.entries.length,
    keys: heldKeys(state).length,
    purgedAt: state.header?.purged_at,
    tornBytes: (bytes?.length ?? 0) - text.completeBytes,
  };
  if (flags.json) printJson(ctx, journalCheckedJson(found, { prefix: id.prefix, folder, sandbox: flags.sandbox }));
  else ctx.stdout.write(renderJournalChecked(found));
  return EXIT.OK;
}
