import { type Html, html } from './html-text.ts';

export interface HtmlPage {
  title: string;
  /** CSS, written in an `html` template without values: nothing from outside may come into it */
  style: Html;
  body: Html;
  /** runs at the end of the page; absent = nothing may run */
  script?: Html | undefined;
  /** what of style and script the browser lets in: CSP sources, https://www.w3.org/TR/CSP3/ */
  allowed?: { style: string; script?: string | undefined };
  /** whether the page is drawn for dark screens too */
  isDark?: boolean;
}

/**
 * A whole file that shows the same anywhere: nothing is loaded, nothing runs but its own script, nothing leads away. The policy makes the browser keep to that even where
 * a text from outside were taken for HTML.
 */
export function renderHtmlPage(page: HtmlPage): string {
  const { title, style, body, script, allowed = { style: "'unsafe-inline'" }, isDark = true } = page;
  const policy = [
    `default-src 'none'; style-src ${allowed.style}`,
    ...(allowed.script === undefined ? [] : [`script-src ${allowed.script}`]),
    "base-uri 'none'; form-action 'none'",
  ].join('; ');
  return `${html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${isDark ? html`<meta name="color-scheme" content="light dark">` : null}
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
${script ? html`<script>${script}</script>` : null}
</body>
</html>
`}`;
}
