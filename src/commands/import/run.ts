import {
  accountOf,
  checkManagementKey,
  openSession,
  type Session,
  type SessionFlags,
} from '../../connection/session.ts';
import { listWholeAccount } from '../../connection/whole-account.ts';
import type { Context } from '../../context.ts';
import { type ExitCode, usageError } from '../../errors.ts';
import { carryOut } from '../../execution/carry-out.ts';
import type { Done, ListFlags, Target, TargetPlan } from '../../execution/job.ts';
import { readPrefix } from '../../execution/new-key-settings.ts';
import { rememberRoster } from '../../execution/provisioning.ts';
import { refuseMixing } from '../../execution/read-participants.ts';
import { heldKeys } from '../../journal/fold.ts';
import { type FoundKey, type ImportRow, planImport } from '../../plan/plan-import.ts';
import { plural } from '../../plural.ts';
import { isGroup } from '../../roster/group.ts';
import type { Roster } from '../../roster/participant.ts';
import { type RosterFlags, readRoster } from '../../roster-file/read-roster.ts';
import { incompleteListing } from '../../selection/incomplete-listing.ts';
import { confirmYes } from '../../terminal/confirm.ts';
import { readKnownKeys } from '../../workshop/known-keys.ts';
import { workshopFolder } from '../../workshop/shelf.ts';
import type { WorkshopId } from '../../workshop/workshop-id.ts';
import { type Proofs, proveKeys } from './prove-keys.ts';
import { type KeyFile, readKeyFile } from './read-keys.ts';
import { findIn } from './roster-people.ts';
import { type ImportView, importJson, renderImported, renderImportPlan } from './screen.ts';

export interface ImportOptions extends ListFlags {
  /** as typed; `-` is standard input */
  file: string;
  /** who the people are, as typed */
  roster: string | undefined;
  rosterFlags: RosterFlags;
  prefix: string | undefined;
  session: SessionFlags;
}

interface ImportPlan extends TargetPlan {
  rows: readonly ImportRow[];
}

/** Takes keys that were made elsewhere into a workshop. Nothing changes on the account. */
export async function runImport(options: ImportOptions, ctx: Context): Promise<ExitCode> {
  const { prefix, from } = readPrefix(options.prefix, options.file, ctx);
  if (from === 'file name') {
    throw usageError('no_prefix', 'No prefix was given.', {
      hint: 'It names the workshop that takes the keys, for example: --prefix BSSDH_2025',
    });
  }
  const file = await readKeyFile(options.file, options.roster === undefined ? options.rosterFlags : {}, ctx);
  const roster =
    options.roster === undefined
      ? undefined
      : await readRoster({ file: options.roster, flags: options.rosterFlags, ctx, now: new Date(0) });
  const session = await openSession(options.session, ctx, { dryRun: options.dryRun });
  try {
    const current = await checkManagementKey(session);
    const { outRoot, locationArgs, baseUrl } = session;
    const id: WorkshopId = { outRoot, locationArgs, prefix, baseUrl, account: accountOf(current) };
    return await importInto(id, { file, roster, session, options }, ctx);
  } finally {
    await session.close();
  }
}

interface Import {
  file: KeyFile;
  roster: Roster | undefined;
  session: Session;
  options: ImportOptions;
}

async function importInto(id: WorkshopId, { file, roster, session, options }: Import, ctx: Context): Promise<ExitCode> {
  const { outRoot, baseUrl } = session;
  const listing = await listWholeAccount(session.api, undefined);
  if (!listing.complete) throw incompleteListing(listing, 'Run the same command again. Nothing was changed.');
  const known = await readKnownKeys(outRoot, { baseUrl, account: id.account }, ctx);
  const seen = known.workshops.find(({ prefix }) => prefix === id.prefix)?.state;
  const holders = new Map(
    known.workshops.flatMap(({ prefix, state }) =>
      heldKeys(state).map(({ secret }): [string | undefined, string] => [secret?.reveal(), prefix]),
    ),
  );
  const isNew = ({ secret }: FoundKey) => !holders.has(secret.reveal());
  const proofs: Proofs = await proveKeys(file.found.filter(isNew), { session, listing, quiet: isQuiet(options) }, ctx);
  const view: ImportView = {
    service: session,
    id,
    folder: workshopFolder(outRoot, id.prefix),
    file: options.file,
    dryRun: options.dryRun,
    allRows: options.allRows,
    notes: known.notes,
  };
  const per = file.found.some(({ participant }) => isGroup(participant)) ? 'group' : 'person';
  return carryOut<Target, ImportPlan>(
    {
      command: 'import',
      doing: 'Importing keys',
      flags: options,
      session,
      targets: [seen === undefined ? { id } : { id, seen }],
      always: false,
      plan: async (_, state) => {
        refuseMixing({ per }, id.prefix, state);
        return planImport({
          found: file.found,
          state,
          keys: listing.keys,
          proofOf: proofs.proofOf,
          isManagementKey: proofs.isManagementKey,
          heldElsewhere: ({ secret }) => {
            const holder = holders.get(secret.reveal());
            return holder === id.prefix ? undefined : holder;
          },
          roster: roster && { file: roster.file, find: findIn(roster.participants) },
        });
      },
      renderPlan: (planned, output) => renderImportPlan(rowsOf(planned), view, output, ctx),
      planJson: (planned) => importJson(rowsOf(planned), view),
      confirm: (planned) =>
        confirmYes({
          ctx,
          question: `Import ${plural(planned.flatMap(({ plan }) => plan.changes).length, 'key')} into ${id.prefix}?`,
          yes: options.yes,
          offTerminal: 'proceed',
        }),
      remember: async (opened) => {
        // Without a roster of its own, the workshop has the people of the file; a later `provision` brings the real one.
        for (const { workshop } of opened) {
          const people = roster ?? (workshop.journal.state.roster ? undefined : file.roster);
          if (people) await rememberRoster(workshop, people);
        }
      },
      renderResult: (done) => renderImported(rowsOf(done.planned), resultView(view, done), ctx),
      resultJson: (done) => importJson(rowsOf(done.planned), resultView(view, done)),
      isComplete: ({ planned }) => rowsOf(planned).every(({ result }) => result !== 'left'),
    },
    ctx,
  );
}

function isQuiet({ quiet, json }: ImportOptions): boolean {
  return quiet || json;
}

function rowsOf(planned: readonly { plan: ImportPlan }[]): ImportRow[] {
  return planned.flatMap(({ plan }) => plan.rows);
}

function resultView(view: ImportView, { outcomes, files, stopped, interrupted }: Done<Target, ImportPlan>): ImportView {
  const done = new Set(
    outcomes.flatMap(({ change, result }) => ('hash' in change && result === 'done' ? change.hash : [])),
  );
  return { ...view, done, files, stopped, interrupted };
}
