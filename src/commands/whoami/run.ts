import { openSession, type Session, type SessionFlags } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { printJson } from '../../terminal/json.ts';
import { renderWhoami, type WhoamiView, whoamiJson } from './screen.ts';

export interface WhoamiOptions {
  session: SessionFlags;
  json: boolean;
}

export async function runWhoami(options: WhoamiOptions, ctx: Context): Promise<ExitCode> {
  const session = await openSession(options.session, ctx);
  try {
    for (const warning of options.json ? [] : session.warnings) ctx.stderr.write(`Note: ${warning}\n`);
    const view = await readAccount(session);
    if (options.json) printJson(ctx, whoamiJson(view));
    else ctx.stdout.write(renderWhoami(view));
    return EXIT.OK;
  } finally {
    await session.close();
  }
}

async function readAccount(session: Session): Promise<WhoamiView> {
  const { api, baseUrl, keySource } = session;
  const key = await api.getCurrentKey();
  const view = {
    key,
    baseUrl,
    source: keySource,
    credits: undefined,
    workspace: undefined,
  };
  // For a regular API key, OpenRouter reports zero credit and no workspaces.
  if (key.is_management_key === false) return view;
  const [credits, workspaces] = await Promise.all([api.getCredits(), api.listWorkspaces()]);
  return { ...view, credits, workspace: workspaces.find(({ id }) => id === key.workspace_id) };
}
