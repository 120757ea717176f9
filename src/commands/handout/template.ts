import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { START_FIELDS, START_TEMPLATE } from '../../handout/start-guide.ts';
import { printJson } from '../../terminal/json.ts';

/** Prints what START.md is made from, to be changed and given to `handout files --template`. */
export function runTemplate({ json }: { json: boolean }, ctx: Context): ExitCode {
  if (json) {
    printJson(ctx, {
      version: 1,
      command: 'handout template',
      template: START_TEMPLATE,
      placeholders: START_FIELDS,
    });
  } else ctx.stdout.write(START_TEMPLATE);
  return EXIT.OK;
}
