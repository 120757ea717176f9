/** Text that is HTML already. Only `html` makes it, so a text from outside is never taken for it. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  static joined(strings: readonly string[], values: readonly HtmlPart[]): Html {
    return new Html(strings.map((string, index) => string + partText(values[index])).join(''));
  }

  toString(): string {
    return this.#text;
  }
}

/** What can stand in a template: texts are escaped, HTML stays as it is, null and undefined are nothing. */
export type HtmlPart = Html | string | number | null | undefined | readonly HtmlPart[];

/**
 * html`<td title="${name}">${name}</td>`: the one way to make HTML and SVG. Values are safe between tags and in quoted attributes, and nowhere else:
 * not as the name of a tag or an attribute, in a style, in a script or as an address.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlPart[]): Html {
  return Html.joined(strings, values);
}

function partText(part: HtmlPart): string {
  if (part === null || part === undefined) return '';
  if (typeof part === 'string') return escapedText(part);
  if (typeof part === 'number') return String(part);
  if (part instanceof Html) return part.toString();
  return part.map(partText).join('');
}

function escapedText(text: string): string {
  return text.replaceAll(UNSHOWN, '\uFFFD').replaceAll(SPECIAL, (found) => REFERENCES[found] ?? found);
}

/** What HTML does not allow as a character: control characters but tab and line ends, unpaired surrogates, U+FFFE and U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSHOWN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]|\p{Cs}/gu;
const SPECIAL = /[&<>"'`]/g;
const REFERENCES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};
