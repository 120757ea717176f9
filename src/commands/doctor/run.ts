import { locationArgsOf, openSession, outRootOf, type SessionFlags } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT, type ExitCode } from '../../errors.ts';
import { readSettings, type Settings } from '../../settings.ts';
import { printJson } from '../../terminal/json.ts';
import { type Check, exitCodeOf } from './check.ts';
import { checkMachine } from './machine.ts';
import { doctorJson, type ExaminedWorkshop, inBrief, renderDoctor } from './screen.ts';
import { checkService } from './service.ts';
import { checkOperations, type SweepOptions } from './sweep.ts';
import { checkOutputFolder, checkWorkshops } from './workshops.ts';

export interface DoctorOptions extends SweepOptions {
  session: SessionFlags;
  prefix: string | undefined;
  json: boolean;
  /** show every check of every workshop */
  verbose: boolean;
}

/** Looks at everything, whatever fails on the way; then says what is wrong and what to do. */
export async function runDoctor(options: DoctorOptions, ctx: Context): Promise<ExitCode> {
  const outRoot = outRootOf(options.session, ctx, settingsIfReadable(ctx));
  const workshops = await checkWorkshops(
    { outRoot, locationArgs: locationArgsOf(options.session) },
    options.prefix,
    ctx,
  );
  const general: Check[] = await checkMachine(options.session, ctx);
  const examined: ExaminedWorkshop[] = [];
  let date: string | undefined;
  const session = await openOrError(options, ctx, (header) => {
    date = header;
  });
  try {
    const service = await checkService(session, () => date, ctx);
    general.push(...service.checks, await checkOutputFolder(outRoot, ctx));
    const asked = session instanceof CliError ? undefined : session;
    for (const workshop of workshops) {
      const operations = await checkOperations(workshop, asked, service.current, options, ctx);
      examined.push({ ...workshop, operations });
    }
  } finally {
    if (!(session instanceof CliError)) await session.close();
  }
  const whole = examined.map((workshop) => [...workshop.checks, workshop.operations]);
  const checks = [...general, ...whole.flat()];
  if (options.json) printJson(ctx, doctorJson(checks, { dryRun: options.dryRun, sandbox: options.session.sandbox }));
  else ctx.stdout.write(renderDoctor(options.verbose ? checks : [...general, ...examined.flatMap(inBrief)], ctx));
  return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : exitCodeOf(checks);
}

/** The machine's checks say what is wrong with the settings; the folder can be looked at all the same. */
function settingsIfReadable(ctx: Context): Settings {
  try {
    return readSettings(ctx);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const get = (name: string) => ctx.env[name]?.trim() || undefined;
    return {
      get,
      sourceOf: () => undefined,
      emptyInEnvFile: () => false,
      envFile: undefined,
      misnamedEnvFile: undefined,
    };
  }
}

async function openOrError(options: DoctorOptions, ctx: Context, onDate: (header: string) => void) {
  try {
    // Somebody waits for a diagnosis: one more try tells a hiccup from a wall.
    const session = { ...options.session, retries: Math.min(options.session.retries, 1) };
    return await openSession(session, ctx, { key: 'optional', onDate });
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}
