import { createHash } from 'node:crypto';
import { renderHtmlPage } from '../report/html-page.ts';
import type { Html } from '../report/html-text.ts';

interface Page {
  title: string;
  style: Html;
  /** runs at the end of the page */
  script?: Html;
  body: Html;
}

/**
 * One page that needs nothing else and asks nobody: its own style and script are the only ones that may run, whatever a name in it
 * contains, and it sends no request.
 */
export function selfContainedPage(page: Page): string {
  const { style, script } = page;
  const allowed = { style: `'${hashOf(style)}'`, script: script && `'${hashOf(script)}'` };
  return renderHtmlPage({ ...page, allowed, isDark: false });
}

function hashOf(text: Html): string {
  return `sha256-${createHash('sha256').update(text.toString()).digest('base64')}`;
}
