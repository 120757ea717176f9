import type { Context } from '../../context.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { renderDetails } from '../../terminal/details.ts';
import type { InitFile } from './plan-files.ts';

export interface InitView {
  files: readonly InitFile[];
  dryRun: boolean;
  /** a spreadsheet in the folder */
  roster: string;
}

const DONE: Record<InitFile['action'], string> = {
  written: 'written',
  added: 'lines added',
  kept: 'kept',
  skipped: 'skipped',
};
const PLANNED: Record<InitFile['action'], string> = {
  ...DONE,
  written: 'would be written',
  added: 'lines would be added',
  kept: 'would be kept',
};

export function renderInit(view: InitView, { env }: Pick<Context, 'env'>): string {
  const words = view.dryRun ? PLANNED : DONE;
  return renderDetails([
    ...view.files.map(({ name, action, note }) => [name, `${words[action]}: ${note}`] as const),
    ['Next', commandLine(nextOf(view), env)],
  ]);
}

export function initJson(view: InitView) {
  return {
    version: 1,
    command: 'init',
    sandbox: false,
    dry_run: view.dryRun,
    files: view.files.map(({ name, action, note }) => ({ name, action, note })),
    next: commandLine(nextOf(view)),
  };
}

function nextOf({ roster }: InitView): string[] {
  return ['provision', roster, '--limit', '1', '--sandbox'];
}
