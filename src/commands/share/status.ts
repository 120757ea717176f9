import { locationArgsOf, outRootOf } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { lookAtLeases } from '../../postgres/lease.ts';
import { readSlots } from '../../postgres/workshops.ts';
import { printJson } from '../../terminal/json.ts';
import type { LocalFlags } from '../../workshop/local-workshop.ts';
import type { LogName } from '../../workshop/log-keeper.ts';
import { onlyShared } from '../../workshop/only-shared.ts';
import { holderOf } from '../../workshop/shared-holder.ts';
import { explained, openShared } from '../../workshop/shared-workshop.ts';
import { workshopFolder } from '../../workshop/shelf.ts';
import { renderStatus, type StatusView, statusJson } from './screen.ts';

const LOGS: readonly LogName[] = ['journal', 'usage', 'handouts'];

/** Shows where a workshop is shared, who uses it now, and how much of it this computer saw. */
export async function runShareStatus(typed: string | undefined, flags: LocalFlags, ctx: Context): Promise<ExitCode> {
  const outRoot = outRootOf(flags, ctx);
  const prefix = await onlyShared(typed, outRoot, ctx);
  const folder = workshopFolder(outRoot, prefix);
  const { database, marker, row, log } = await openShared(folder, ctx);
  const began = performance.now();
  const locks = await explained(database, lookAtLeases(database, row.id));
  const latencyMs = Math.round(performance.now() - began);
  const { version, readOnly } = await database.facts();
  const slots = await explained(database, readSlots(database, row.id));
  const logs = await Promise.all(
    LOGS.map(async (name) => {
      const mirror = await log(name).mirrored();
      await log(name).read();
      return { name, lines: log(name).length, mirrored: Math.max(0, mirror.bodies.length - 1) };
    }),
  );
  const holders = [...locks].flatMap(([name, state]) => {
    const holder = state.held ? holderOf(state) : undefined;
    return holder ? [{ lock: name, ...holder, until: state.until }] : [];
  });
  const view: StatusView = {
    ...{ id: { prefix, locationArgs: locationArgsOf(flags) }, folder, where: database.where, member: marker.member },
    ...{ version: `${Math.floor(version / 10_000)}.${version % 10_000}`, readOnly, latencyMs },
    passwords: slots.map(({ label }) => label),
    ...{ files: marker.files, logs, holders },
  };
  if (flags.json) printJson(ctx, statusJson(view, flags.sandbox));
  else ctx.stdout.write(renderStatus(view));
  return EXIT.OK;
}
