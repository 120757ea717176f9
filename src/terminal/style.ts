import type { Context, Output } from '../context.ts';

type Paint = (text: string) => string;

/** Each function colors a text, or returns it unchanged if colors are off. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

/** The style for one stream: `createStyle(ctx.env, ctx.stderr)`. */
export function createStyle(env: Context['env'], output: Output): Style {
  return wantsColor(env, output) ? PAINTED : PLAIN;
}

/** https://no-color.org, https://force-color.org; NO_COLOR takes precedence. */
function wantsColor(env: Context['env'], output: Output): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return output.isTTY && env.TERM !== 'dumb';
}

const same: Paint = (text) => text;
const PLAIN: Style = { bold: same, dim: same, red: same, green: same, yellow: same };
const PAINTED: Style = {
  bold: paint(1, 22),
  dim: paint(2, 22),
  red: paint(31, 39),
  green: paint(32, 39),
  yellow: paint(33, 39),
};

/** SGR codes that turn a style on and off. */
function paint(on: number, off: number): Paint {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}
