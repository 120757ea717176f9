import type { Context } from '../context.ts';
import { formatUsd } from '../money.ts';
import type { ExistingKeys, KeptSetting } from '../plan/kept-settings.ts';
import { plural } from '../plural.ts';
import { commandLine } from '../terminal/command-line.ts';
import { formatUtc } from '../terminal/time.ts';

/** A sentence, and the command that it ends with. */
export interface Hint {
  title: string;
  text: string;
  command: string;
}

export interface ExistingView {
  existing: ExistingKeys;
  prefix: string;
  /** `--out` and `--sandbox` as typed */
  locationArgs: readonly string[];
  /** the command as typed */
  args: readonly string[];
  /** the new settings as typed */
  typed: { limit: string | undefined; limitReset: string | undefined; expires: string | undefined };
  /** some rows have problems and were skipped */
  hasProblems: boolean;
}

/** What existing keys keep although it was asked for, each with the command that changes it. */
export function existingHints(view: ExistingView, env: Context['env']): Hint[] {
  const { kept, disabled } = view.existing;
  const hints = kept.map((each) => keptHint(each, view, env));
  if (disabled.length > 0) {
    const keys = plural(disabled.length, 'of these keys is', 'of these keys are');
    const text = `${keys} disabled. To enable ${disabled.length === 1 ? 'it' : 'them'}:`;
    hints.push({ title: 'Disabled', text, command: enableCommand(view, env) });
  }
  return hints;
}

function keptHint(kept: KeptSetting, view: ExistingView, env: Context['env']): Hint {
  const { prefix, locationArgs, typed } = view;
  const whole = (name: string, ...more: string[]) =>
    commandLine([name, '--prefix', prefix, ...more, ...locationArgs], env);
  const who = plural(kept.values.length, 'participant keeps', 'participants keep');
  switch (kept.setting) {
    case 'limit':
      return limitHint(`${who} the limit they have (${countsOf(kept.values.map(formatUsd))})`, view, env);
    case 'limit_reset':
      return limitHint(
        `${who} the limit reset they have (${countsOf(kept.values.map((at) => at ?? 'never'))})`,
        view,
        env,
      );
    case 'expires_at': {
      const values = countsOf(kept.values.map((at) => (at === null ? 'never' : `${formatUtc(at)} UTC`)));
      return {
        title: 'Keep',
        text: `${who} the expiration they have (${values}). It cannot be changed; to replace the keys:`,
        command: whole('rotate', ...(typed.expires === undefined ? [] : ['--expires', typed.expires])),
      };
    }
    case 'own_expires_at': {
      const { email, expires } = kept.first;
      const text = `${who} an expiration that differs from the roster. It cannot be changed; to replace a key:`;
      const which = email === undefined ? [] : ['--email', email];
      return { title: 'Keep', text, command: whole('rotate', ...which, '--expires', expires) };
    }
    case 'include_byok_in_limit':
      return {
        title: 'Keep',
        text: `${who} a limit that does not count BYOK usage. To change that:`,
        command: whole('update', '--include-byok'),
      };
  }
}

/** `sync` knows each row's own limit. It cannot read standard input again. */
function limitHint(text: string, view: ExistingView, env: Context['env']): Hint {
  const { args, typed, prefix, locationArgs, hasProblems } = view;
  const at = args.indexOf('provision');
  if (args.includes('-')) {
    const settings = [
      ...(typed.limit === undefined ? [] : ['--limit', typed.limit]),
      ...(typed.limitReset === undefined ? [] : ['--limit-reset', typed.limitReset]),
    ];
    const command = commandLine(['update', '--prefix', prefix, ...settings, ...locationArgs], env);
    return { title: 'Keep', text: `${text}. To change them, run:`, command };
  }
  const same = args.flatMap((arg, index) => (index === at ? ['sync'] : NOT_FOR_SYNC.has(arg) ? [] : [arg]));
  const first = hasProblems ? 'correct the skipped rows and run:' : 'run:';
  return { title: 'Keep', text: `${text}. To change them, ${first}`, command: commandLine(same, env) };
}

/** Options of `provision` that `sync` does not have, or that would not ask. */
const NOT_FOR_SYNC: ReadonlySet<string> = new Set(['--skip-invalid', '--dry-run', '--yes', '-y', '--json']);

/** Few keys are named by their addresses; then a key that was disabled for another reason stays disabled. */
function enableCommand({ existing: { disabled }, prefix, locationArgs }: ExistingView, env: Context['env']): string {
  const emails = disabled.flatMap(({ emails }) => emails.slice(0, 1));
  const few = disabled.length <= FEW && emails.length === disabled.length;
  const who = few ? emails.flatMap((email) => ['--email', email]) : [];
  return commandLine(['update', '--prefix', prefix, ...who, '--enable', ...locationArgs], env);
}

const FEW = 3;
const MOST_VALUES = 4;

/** `$2.00; 1 × $5.00`: the most frequent value, then the others with their number. */
function countsOf(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, MOST_VALUES).map(([value, count], at) => (at === 0 ? value : `${count} × ${value}`));
  return [...shown, ...(sorted.length > MOST_VALUES ? ['…'] : [])].join('; ');
}
