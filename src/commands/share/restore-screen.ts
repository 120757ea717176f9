import { plural } from '../../plural.ts';
import type { Secret } from '../../secret.ts';
import { renderDetails } from '../../terminal/details.ts';
import type { LogComparison } from '../../workshop/mirror-comparison.ts';
import { commandFor } from '../../workshop/workshop-id.ts';
import { head, LABELS, type ShareView } from './screen.ts';

export interface RestoreView extends ShareView {
  where: string;
  logs: readonly LogComparison[];
  /** the workshop is not in the database any more */
  isDeleted: boolean;
  isNeeded: boolean;
  /** made for it, and shown this once */
  password: Secret | undefined;
  dryRun: boolean;
  done: boolean;
}

/** What differs, and what would be put back. */
export function renderRestorePlan({ id, where, logs, isDeleted, isNeeded, dryRun }: RestoreView): string {
  const first = isDeleted
    ? `${id.prefix} is not in ${where} any more. This computer saw:\n`
    : `${id.prefix} in ${where}, compared with what this computer saw:\n`;
  const details = renderDetails(logs.map((log) => [LABELS[log.log], differenceText(log)] as const));
  if (!isNeeded) return `${first}${details}Nothing to restore.\n`;
  return `${first}${details}${dryRun ? 'Dry run: nothing was changed.\n' : ''}`;
}

export function renderRestored({ id, where, logs, isDeleted, password }: RestoreView): string {
  const lines = logs.reduce((sum, log) => sum + putBack(log), 0);
  return [
    `Restored ${id.prefix} in ${where}: ${plural(lines, 'line')} put back.\n`,
    renderDetails([
      ['Password', password && `${password.reveal()} (shown this once; the earlier ones are gone)`],
      ['Next', `what other computers saw later, they put back in the same way; then: ${commandFor(id, 'doctor')}`],
    ]),
    isDeleted ? `Members who keep no key here need the password: orkeys share join <url> --prefix ${id.prefix}\n` : '',
  ].join('');
}

function differenceText(log: LogComparison): string {
  const { stored, seen } = log;
  switch (log.kind) {
    case 'same':
      return `${plural(stored, 'line')}, nothing is missing`;
    case 'behind':
      return `ends at line ${stored}; this computer saw ${seen}: puts back ${plural(putBack(log), 'line')}`;
    case 'changed': {
      const lost = log.unreadable > 0 ? `; ${plural(log.unreadable, 'line')} after it cannot be read any more` : '';
      return `has lines that no member wrote: puts back ${plural(putBack(log), 'line')} as they were${lost}`;
    }
    default:
      return 'not clear';
  }
}

/** How many lines of a log are written. */
function putBack(log: LogComparison): number {
  if (log.kind === 'behind') return log.bodies.length - 1 - log.stored;
  return log.kind === 'changed' ? log.bodies.length - 1 : 0;
}

export function restoreJson(view: RestoreView, sandbox: boolean) {
  const { where, logs, isDeleted, password, dryRun, done } = view;
  return {
    ...head('share restore', view, sandbox),
    dry_run: dryRun,
    database: where,
    deleted: isDeleted,
    restored: done,
    logs: logs.map((log) => ({
      ...{ name: log.log, state: log.kind, stored: log.stored, seen: log.seen, put_back: putBack(log) },
      unreadable: 'unreadable' in log ? log.unreadable : 0,
    })),
    password: done ? (password?.reveal() ?? null) : null,
  };
}
