import { type Html, html } from './html-text.ts';

export interface HtmlPage {
  title: string;
  /** CSS, written in an `html` template without values: nothing from outside may come into it */
  style: Html;
  body: Html;
}

/**
 * A whole file that shows the same anywhere: nothing is loaded, nothing runs, nothing leads away. The policy makes the browser keep to that even where
 * a text from outside were taken for HTML.
 */
export function renderHtmlPage({ title, style, body }: HtmlPage): string {
  return `${html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`}`;
}
