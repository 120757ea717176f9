import { LONGEST_CELL } from './cell-length.ts';
import { isOn } from './cell-styles.ts';
import type { Zip } from './open-zip.ts';
import { type Attributes, attribute, parseXml } from './read-xml.ts';
import { withoutForbidden, xmlText } from './xml-text.ts';

/** A text that is still longer than a cell when each `_x000D_` and its kind is decoded: no more than this is handed on, which is enough to refuse it. */
const ENOUGH = 7 * LONGEST_CELL + 1;

/** Gathers one rich or plain string as the `<si>` that exceljs shall read: runs and texts, of fonts only whether they are crossed out, no phonetic guides. */
export interface StringBuilder {
  open(name: string, attributes?: Attributes): void;
  close(name: string): void;
  text(text: string): void;
  /** the gathered `<si>…</si>`, or undefined when it holds no text; starts anew */
  take(): string | undefined;
}

export function createStringBuilder(): StringBuilder {
  let runs: string[] = [];
  let current: string | undefined;
  let inRun = false;
  let struck = false;
  let phonetic = 0;
  let length = 0;
  return {
    open(name, attributes = {}) {
      if (name === 'rPh') phonetic += 1;
      if (name === 'r') [inRun, struck] = [true, false];
      if (name === 'strike' && inRun) struck = isOn(attribute(attributes, 'val'));
      if (name === 't' && phonetic === 0) current = '';
    },
    text(text) {
      if (current !== undefined) current += text;
    },
    close(name) {
      if (name === 'rPh') phonetic -= 1;
      if (name === 'r') inRun = false;
      if (name !== 't' || current === undefined) return;
      const shown = withoutForbidden(current).slice(0, ENOUGH - length);
      length += shown.length;
      const text = `<t xml:space="preserve">${xmlText(shown)}</t>`;
      if (shown !== '') runs.push(inRun ? `<r>${struck ? '<rPr><strike/></rPr>' : ''}${text}</r>` : text);
      current = undefined;
    },
    take() {
      const [first, ...rest] = runs;
      runs = [];
      phonetic = 0;
      length = 0;
      return first === undefined ? undefined : `<si>${first}${rest.join('')}</si>`;
    },
  };
}

/** The shared strings, each as a cleaned `<si>`; undefined where one is empty. */
export async function readSharedStrings(file: string, zip: Zip, part: string): Promise<(string | undefined)[]> {
  const strings: (string | undefined)[] = [];
  const builder = createStringBuilder();
  const handler = {
    open: (name: string, attributes: Attributes) => builder.open(name, attributes),
    text: (text: string) => builder.text(text),
    close: (name: string) => (name === 'si' ? void strings.push(builder.take()) : builder.close(name)),
  };
  for await (const _piece of parseXml(file, zip.read(part), handler)) {
    // the handler gathers; nothing to take between pieces
  }
  return strings;
}
