import { type Html, html } from '../report/html-text.ts';
import type { Client } from './clients.ts';
import { keyGroups, lastFour, limitText, recipientName, sharedText } from './key-text.ts';
import { selfContainedPage } from './page.ts';
import type { Recipient } from './recipients.ts';
import { codeOf } from './slip-sheet.ts';
import { type GuideOptions, userText, worksText } from './start-guide.ts';

/** One person's page: the key with a button to copy it, a code for another device, and how to use it. `place`: beside .env, or alone in a mail. */
export function keyPage(recipient: Recipient, options: GuideOptions, place: 'folder' | 'mail'): string {
  const key = recipient.secret.reveal();
  const name = recipientName(recipient);
  const { sharedBy: shared } = recipient;
  const body = html`<main>
<p class="of">${options.prefix}</p>
<h1><bdi>${name}</bdi></h1>
<p>This is your OpenRouter API key. ${worksText(recipient, options)}</p>
<div class="card"><div class="code">${codeOf(key, 42)}</div>
<div><p class="key">${keyGroups(key).map((group) => html`<span>${group}</span><wbr>`)}</p>
<p><button type="button">Copy the key</button> <span class="end">ends with …${lastFour(recipient)}</span></p>
<p>Limit: <b>${limitText(recipient)}</b></p></div></div>
${shared ? html`<p>${sharedText(shared)}. All of you spend the same limit.${shared.user === undefined ? null : ` ${userText(shared.user)}`}</p>\n` : null}<p>Keep it to yourself: whoever has it spends your limit. Do not put it into a notebook, and do not commit it. If it got out, tell the organizers.</p>
<h2>Use it</h2>
<p>${place === 'folder' ? 'The same key is in the file .env of this folder, as OPENROUTER_API_KEY.' : 'The examples read the key from the variable OPENROUTER_API_KEY.'}</p>
${options.clients.map((client, index) => clientPart(client, options.model, recipient.sharedBy?.user, index === 0))}
</main>`;
  return selfContainedPage({ title: `OpenRouter key: ${name}`, style: STYLE, script: SCRIPT, body });
}

function clientPart(
  { title, steps, snippet, checked }: Client,
  model: string,
  user: string | undefined,
  isOpen: boolean,
): Html {
  const content = html`<summary>${title}</summary>
<ul>${steps.map((step) => html`<li>${step}</li>`)}</ul>
${snippet ? html`<pre><code>${snippet(model, user)}</code></pre>` : null}
<p class="end">Checked ${checked}.</p>`;
  return isOpen ? html`<details open>${content}</details>\n` : html`<details>${content}</details>\n`;
}

/** Where a browser refuses its clipboard to a local file, the key is selected and copied the old way. */
const SCRIPT = html`
const button = document.querySelector('button'), key = document.querySelector('.key');
button.addEventListener('click', async () => {
  let copied = true;
  try { await navigator.clipboard.writeText(key.textContent); }
  catch { getSelection().selectAllChildren(key); copied = document.execCommand('copy'); }
  button.textContent = copied ? 'Copied' : 'Press Ctrl-C';
});
`;

const STYLE = html`
:root{color-scheme:light dark;--text:#17181c;--soft:#5a5d66;--page:#f5f5f7;--card:#fff;--line:#d9dae0;--accent:#1d4ed8}
@media (prefers-color-scheme:dark){:root{--text:#ececf1;--soft:#a3a6b1;--page:#17181c;--card:#22242a;--line:#3a3d46;--accent:#8ab4ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,Roboto,Ubuntu,Cantarell,Arial,sans-serif}
main{max-width:46rem;margin:0 auto;padding:2rem 1.25rem 4rem}
.of{margin:0;color:var(--soft);overflow-wrap:anywhere}
h1{margin:.1rem 0 1rem;font-size:1.9rem;line-height:1.2;overflow-wrap:anywhere}
h2{margin:2rem 0 .5rem;font-size:1.25rem}
.card{display:flex;gap:1.5rem;align-items:center;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.25rem;margin:1.25rem 0}
.card p{margin:.5rem 0}
.code{flex:none;background:#fff;border-radius:8px;padding:4px;line-height:0}
.key{font:1.05rem/1.7 ui-monospace,Consolas,Menlo,monospace;font-feature-settings:zero}
.key span{white-space:nowrap;margin-right:.5em}
button{font:inherit;font-weight:600;color:var(--card);background:var(--accent);border:0;border-radius:8px;padding:.55rem 1.1rem;cursor:pointer}
button:focus-visible{outline:3px solid var(--text);outline-offset:2px}
.end{color:var(--soft);font-size:.9rem}
details{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.25rem 1rem;margin:.6rem 0}
summary{font-weight:600;cursor:pointer;padding:.4rem 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--page);border-radius:8px;padding:.8rem;font:.85rem/1.5 ui-monospace,Consolas,Menlo,monospace}
ul{padding-left:1.2rem}
li{overflow-wrap:anywhere}
@media (max-width:34rem){.card{flex-direction:column;align-items:stretch}.code{align-self:center}button{width:100%}}
@media print{:root{--text:#000;--soft:#333;--page:#fff;--card:#fff;--line:#bbb}main{padding:0}button{display:none}details{break-inside:avoid}}
`;
