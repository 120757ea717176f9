import { plural } from '../../plural.ts';
import type { Secret } from '../../secret.ts';
import { renderDetails } from '../../terminal/details.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import type { Passwords } from '../../workshop/share-passwords.ts';
import { commandFor } from '../../workshop/workshop-id.ts';
import { head, type ShareView } from './screen.ts';

export interface PasswordsView extends ShareView {
  after: Passwords;
}

export interface ChangedPasswordView extends PasswordsView {
  member: string;
  dryRun: boolean;
  /** the password that was made */
  shown: Secret | undefined;
}

export function renderPasswords({ id, after: { where, labels } }: PasswordsView): string {
  const lines = labels.map((label) => `  ${visibleText(label)}\n`);
  return [`${id.prefix} in ${where} is opened by ${plural(labels.length, 'password')}:\n`, ...lines].join('');
}

export function passwordsJson(what: 'list' | 'add' | 'remove', view: PasswordsView, sandbox: boolean) {
  const { where, labels } = view.after;
  return { ...head(`share password ${what}`, view, sandbox), database: where, passwords: labels };
}

export function renderChangedPassword(what: 'add' | 'remove', view: ChangedPasswordView): string {
  const { id, after, member, dryRun, shown } = view;
  const [would, did] = what === 'add' ? ['Would add', 'Added'] : ['Would remove', 'Removed'];
  const isRemoved = what === 'remove';
  return [
    `${dryRun ? would : did} the password of ${visibleText(member)} for ${id.prefix} in ${after.where}.\n`,
    renderDetails([
      ['Password', shown && `${shown.reveal()} (shown this once)`],
      ['Passwords', dryRun ? undefined : after.labels.map((label) => visibleText(label)).join(', ')],
      ['Still', isRemoved ? STILL : undefined],
      ['Next', isRemoved ? `drop their database role, then: ${commandFor(id, 'rotate', '--prefix')}` : undefined],
    ]),
    dryRun ? 'Dry run: nothing was changed.\n' : '',
  ].join('');
}

const STILL = 'whoever knew it may have a copy of the keys, and of shared.key, which opens the workshop too';

/** The password is in it: a script could not learn it otherwise. */
export function changedPasswordJson(what: 'add' | 'remove', view: ChangedPasswordView, sandbox: boolean) {
  const { member, dryRun, shown } = view;
  return { ...passwordsJson(what, view, sandbox), dry_run: dryRun, member, password: shown?.reveal() ?? null };
}
