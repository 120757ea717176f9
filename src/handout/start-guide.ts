import type { Client } from './clients.ts';
import { lastFour, limitText, recipientName, sharedText, timeText } from './key-text.ts';
import type { Recipient } from './recipients.ts';
import { fillTemplate } from './template.ts';

export interface GuideOptions {
  prefix: string;
  clients: readonly Client[];
  model: string;
  /** ISO 8601: when the keys are switched on */
  offUntil?: string | undefined;
  timeZone?: string | undefined;
}

/** What START.md is made from, unless somebody has their own. The key is not among its fields: it is in `.env` and key.html alone. */
export const START_TEMPLATE = `# {{name}}: your OpenRouter API key

Your key is in the file \`.env\` of this folder, and on the page \`key.html\` with a button to copy it. It ends with \`{{last_four}}\`.

- Limit: {{limit}}
- {{works}}
{{shared}}
Keep it to yourself: whoever has it spends your limit. Do not send it, do not put it into a notebook, and do not commit it. If it got
out, tell the organizers: they give you a new one within a minute.

{{snippets}}
`;

export const START_FIELDS = [
  'name',
  'email',
  'group',
  'workshop',
  'limit',
  'works',
  'shared',
  'last_four',
  'model',
  'snippets',
] as const;

export function startGuide(template: string, recipient: Recipient, options: GuideOptions): string {
  const { participant } = recipient;
  const values: Record<(typeof START_FIELDS)[number], string> = {
    name: plainMarkdown(recipientName(recipient)),
    email: plainMarkdown(participant?.emails[0] ?? ''),
    group: plainMarkdown(participant?.group ?? ''),
    workshop: plainMarkdown(options.prefix),
    limit: limitText(recipient),
    works: worksText(recipient, options),
    shared: sharedLines(recipient),
    last_four: lastFour(recipient),
    model: options.model,
    snippets: options.clients.map((client) => clientText(client, options.model, recipient.sharedBy?.user)).join('\n\n'),
  };
  return fillTemplate(template, new Map(Object.entries(values)));
}

/** When the key works, as a sentence. */
export function worksText(
  { expiresAt, disabled }: Recipient,
  { offUntil, timeZone }: Pick<GuideOptions, 'offUntil' | 'timeZone'>,
): string {
  const from = offUntil === undefined ? '' : ` from ${timeText(offUntil, timeZone)}`;
  const until = expiresAt === null ? '' : ` until ${timeText(expiresAt, timeZone)}`;
  const without = from === '' && until === '' ? ' without an expiration' : '';
  const works = disabled && offUntil === undefined ? 'Once it is switched on, it works' : 'It works';
  return `${works}${from}${until}${without}.`;
}

/** What to know about a key that a group shares: a list's last line and an empty one; for any other key only the empty line. */
function sharedLines({ sharedBy }: Recipient): string {
  if (!sharedBy) return '';
  const { user } = sharedBy;
  return `- ${plainMarkdown(sharedText(sharedBy))}. All of you spend the same limit.\n${
    user === undefined ? '' : `- ${userText(user)}\n`
  }`;
}

/** Why a request has a user, said to the person who sends it. */
export function userText(user: string): string {
  return `Your examples call you ${user}, so that the organizers can see who used how much. It is no proof: anyone in the group can write another name.`;
}

/** How to use a key with one client, as Markdown. `user`: a pseudonym for the examples of a shared key. */
export function clientText(
  { title, checked, steps, language = '', snippet }: Client,
  model: string,
  user?: string,
): string {
  const code = snippet === undefined ? '' : `\n\n\`\`\`${language}\n${snippet(model, user)}\n\`\`\``;
  return `## ${title}\n\n${steps.map((step) => `- ${step}`).join('\n')}${code}\n\n<sub>Checked ${checked}.</sub>`;
}

/** A name is text: what Markdown or HTML in it would mean is taken away. */
function plainMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+!|<>~&$-]/g, '\\$&').replaceAll(/\s+/g, ' ');
}
