import { createHash } from 'node:crypto';
import { type Html, html } from '../report/html-text.ts';

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
export function selfContainedPage({ title, style, script, body }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    ...(script ? [`script-src '${hashOf(script)}'`] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
${script ? html`<script>${script}</script>` : null}
</body>
</html>
`;
  return page.toString();
}

function hashOf(text: Html): string {
  return `sha256-${createHash('sha256').update(text.toString()).digest('base64')}`;
}
