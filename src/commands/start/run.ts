import { join } from 'node:path';
import { chooseKeySource, sourceText } from '../../connection/key-source.ts';
import { outRootOf } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT, type ExitCode, usageError } from '../../errors.ts';
import { readPrefix } from '../../execution/new-key-settings.ts';
import { refuseProblems } from '../../execution/read-participants.ts';
import { writeNewFile } from '../../files/new-file.ts';
import { askForManagementKey } from '../../first-run/ask-key.ts';
import { SAMPLE_ROSTER, SAMPLE_TEXT, sampleRoster } from '../../first-run/sample-roster.ts';
import type { Roster } from '../../roster/participant.ts';
import { readRoster } from '../../roster-file/read-roster.ts';
import { newestSpreadsheetsIn } from '../../roster-file/spreadsheets.ts';
import type { Secret } from '../../secret.ts';
import { MANAGEMENT_KEY_VARIABLES, readSettings } from '../../settings.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { CANCELLED, canAsk } from '../../terminal/confirm.ts';
import { askQuestion } from '../../terminal/question.ts';
import { wrapLines } from '../../terminal/wrap.ts';
import { workshopFolder } from '../../workshop/shelf.ts';
import {
  LIMIT_QUESTION,
  MODE_QUESTION,
  PROBLEMS_QUESTION,
  prefixQuestion,
  type RosterChoice,
  rosterQuestion,
} from './questions.ts';
import {
  foundLine,
  INTRODUCTION,
  plainCommand,
  provisionArgs,
  renderSameAgain,
  type StartAnswers,
  THE_PLAN,
} from './screen.ts';

export interface StartOptions {
  roster: string | undefined;
  dryRun: boolean;
  json: boolean;
  /** runs another command line, as if it had been typed instead */
  runCommand(args: readonly string[], ctx: Context): Promise<ExitCode>;
}

/** Asks, builds the plain command from the answers, and runs that: all that is decided and changed is the plain command's. */
export async function runStart(options: StartOptions, ctx: Context): Promise<ExitCode> {
  if (!canAsk(ctx)) throw noTerminal(options.roster);
  ctx.prompt.write(wrapLines(INTRODUCTION, ctx.prompt));
  const answers = await askAll(options, ctx);
  if (answers === undefined) {
    ctx.prompt.write(`${CANCELLED}\n`);
    return EXIT.OK;
  }
  if (answers.sample) await writeNewFile(join(ctx.cwd, SAMPLE_ROSTER), await sampleRoster(ctx.now()), PRIVATE, ctx);
  ctx.prompt.write(wrapLines(THE_PLAN, ctx.prompt));
  const { dryRun, json } = options;
  const more = [...(dryRun ? ['--dry-run'] : []), ...(json ? ['--json'] : [])];
  try {
    return await options.runCommand([...provisionArgs(answers), ...more], withKey(answers.key, ctx));
  } finally {
    // After an error too: nobody wants to answer all again. With --json, standard output is the result of the plain command and nothing else.
    (json ? ctx.stderr : ctx.stdout).write(renderSameAgain(answers, ctx));
  }
}

const PRIVATE = { isPrivate: true };

function noTerminal(roster: string | undefined): Error {
  return usageError('no_terminal', 'orkeys start asks questions, so it needs a terminal.', {
    hint: `Without questions: ${plainCommand({ roster: roster ?? SAMPLE_ROSTER, limit: '1', prefix: undefined, skipInvalid: false, sandbox: true })}`,
  });
}

/** Undefined at the end of input. Nothing is written yet. */
async function askAll(options: StartOptions, ctx: Context): Promise<StartAnswers | undefined> {
  const choice = await askForRoster(options, ctx);
  if (choice === undefined) return undefined;
  const roster = choice === 'sample' ? SAMPLE_ROSTER : choice.file;
  const skipInvalid = choice === 'sample' ? false : await askAboutProblems(choice.roster, ctx);
  if (skipInvalid === undefined) return undefined;
  const limit = await askQuestion(LIMIT_QUESTION, ctx);
  if (limit === undefined) return undefined;
  const check = (prefix: string) => void workshopFolder(outRootOf(NOWHERE_ELSE, ctx), prefix);
  const prefix = await askQuestion(prefixQuestion(offeredPrefix(roster, ctx), check), ctx);
  if (prefix === undefined) return undefined;
  const answers = { roster, limit, prefix, skipInvalid, sandbox: true, key: undefined, sample: choice === 'sample' };
  // Invented people get no real keys.
  if (choice === 'sample') return answers;
  const mode = await askQuestion(MODE_QUESTION, ctx);
  if (mode === undefined) return undefined;
  if (mode === 'rehearsal') return answers;
  return { ...answers, ...(await keyFor(ctx)) };
}

/** As the plain command would choose it; some names of files leave nothing. */
function offeredPrefix(roster: string, ctx: Context): string {
  try {
    return readPrefix(undefined, roster, ctx).prefix;
  } catch (error) {
    if (error instanceof CliError) return 'workshop';
    throw error;
  }
}

const NOWHERE_ELSE = { sandbox: false, out: undefined };

async function askForRoster({ roster: typed, dryRun }: StartOptions, ctx: Context): Promise<RosterChoice | undefined> {
  const look = async (file: string) => {
    const roster = await readRoster({ file, flags: {}, ctx, now: ctx.now() });
    ctx.prompt.write(foundLine(roster));
    return roster;
  };
  if (typed === '-') {
    throw usageError(
      'usage',
      'orkeys start reads its answers from standard input, so the roster cannot come from there.',
      {
        hint: 'Save it as a file, or use orkeys provision - instead.',
      },
    );
  }
  if (typed !== undefined) return { file: typed, roster: await look(typed) };
  const found = await newestSpreadsheetsIn(ctx.cwd);
  if (found.length === 0 && dryRun) {
    throw usageError('not_found', 'This folder has no spreadsheet, and a dry run writes no sample.', {
      hint: `Run: ${commandLine(['init'], ctx.env)}`,
    });
  }
  const sample = `${SAMPLE_TEXT} (writes ${SAMPLE_ROSTER})`;
  return askQuestion(rosterQuestion(found, { sample, home: ctx.home }, look), ctx);
}

/** Whether rows with problems are skipped. Throws `roster_problems`, with all of them, if not. */
async function askAboutProblems(roster: Roster, ctx: Context): Promise<boolean | undefined> {
  if (roster.problems.length === 0) return false;
  const answer = await askQuestion(PROBLEMS_QUESTION, ctx);
  if (answer === 'stop') refuseProblems(roster, { skipInvalid: false });
  return answer === undefined ? undefined : true;
}

/** The management key that is saved, or one that is typed for this run. Without one it is a rehearsal. */
async function keyFor(ctx: Context): Promise<Pick<StartAnswers, 'sandbox' | 'key'>> {
  const chosen = await chooseKeySource(undefined, readSettings(ctx), ctx);
  if (chosen) {
    ctx.prompt.write(`Management key: ${sourceText(chosen.source)}\n`);
    return { sandbox: false, key: undefined };
  }
  const key = await askForManagementKey('rehearses instead', ctx);
  if (key === undefined) ctx.prompt.write('Without a management key, this is a rehearsal.\n');
  return { sandbox: key === undefined, key };
}

/** A typed management key is for this run only: it is in no file and in no argument. */
function withKey(key: Secret | undefined, ctx: Context): Context {
  return key === undefined ? ctx : { ...ctx, env: { ...ctx.env, [MANAGEMENT_KEY_VARIABLES[0]]: key.reveal() } };
}
