import { xmlText } from './xml-text.ts';

/** so many different texts are recognized when they come again; most that come later are secrets, names and addresses, which do not */
const RECOGNIZED = 20_000;
/** in UTF-16 units: so much text becomes one piece */
const PIECE = 100_000;

/** How exceljs ends its list of texts, and how it begins; anything else is a newer exceljs, which has to be looked at. */
const LIST = /^(.*<sst [^>]*?) count="\d+" uniqueCount="(\d+)">(.*)<\/sst>$/s;

/** The texts of all cells of a workbook: a cell has the number of its text. Those that exceljs wrote come first. */
export class SharedTexts {
  readonly #open: string;
  readonly #first: string;
  readonly #pieces: Buffer[] = [];
  readonly #recognized = new Map<string, number>();
  #piece = '';
  #texts: number;
  #cells: number;

  /** @param xml the list of exceljs, whose texts differ */
  constructor(xml: string) {
    const [, open, count, first] = LIST.exec(xml) ?? [];
    if (open === undefined || first === undefined) throw new Error('The texts of the workbook have another form.');
    this.#open = open;
    this.#first = first;
    this.#texts = Number(count);
    this.#cells = Number(count);
  }

  numberOf(text: string): number {
    this.#cells += 1;
    const known = this.#recognized.get(text);
    if (known !== undefined) return known;
    const number = this.#texts;
    this.#texts += 1;
    if (number < RECOGNIZED) this.#recognized.set(text, number);
    this.#piece += `<si>${textXml(text)}</si>`;
    if (this.#piece.length >= PIECE) {
      this.#pieces.push(Buffer.from(this.#piece));
      this.#piece = '';
    }
    return number;
  }

  /** When all cells are written. */
  *xml(): Generator<Buffer> {
    yield Buffer.from(`${this.#open} count="${this.#cells}" uniqueCount="${this.#texts}">${this.#first}`);
    yield* this.#pieces;
    yield Buffer.from(`${this.#piece}</sst>`);
  }
}

/** Without `preserve`, spaces at the ends and line breaks are lost. */
function textXml(text: string): string {
  return `<t${/^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : ''}>${xmlText(text)}</t>`;
}
