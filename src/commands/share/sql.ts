import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { schemaSql } from '../../postgres/schema.ts';
import { printJson } from '../../terminal/json.ts';

/** Prints the statements that set up a database. */
export function runShareSql({ role, json }: { role: string; json: boolean }, ctx: Context): ExitCode {
  const sql = schemaSql(role);
  if (json) printJson(ctx, { version: 1, command: 'share sql', sql });
  else ctx.stdout.write(sql);
  return EXIT.OK;
}
