import { SaxesParser } from 'saxes';
import { corrupt } from './refusals.ts';

/** What a part's reader wants to hear. Names come without their namespace prefix: `x:row` is `row`. */
export interface XmlHandler {
  open(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** Attribute values by name as written; use `attribute` to find one whatever its prefix. */
export type Attributes = Readonly<Record<string, string>>;

/** The value of `id`, `r:id`, `rel:id` …, the bare name first. */
export function attribute(attributes: Attributes, name: string): string | undefined {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  const key = Object.keys(attributes).find((candidate) => candidate.endsWith(`:${name}`));
  return key === undefined ? undefined : attributes[key];
}

/**
 * Parses a part in pieces; after each piece the caller may take what the handler gathered.
 * Entities beyond XML's own five are refused, never expanded; characters that XML forbids are let through, since many writers leave them in.
 */
export async function* parseXml(
  file: string,
  chunks: AsyncIterable<Buffer>,
  handler: XmlHandler,
): AsyncGenerator<void> {
  const parser = createParser(file, handler);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const chunk of chunks) {
    decoder ??= xmlDecoder(file, chunk);
    parser.write(decoder.decode(chunk, { stream: true }));
    yield;
  }
  if (!decoder) throw corrupt(file, 'a part of it is empty');
  parser.write(decoder.decode());
  parser.close();
}

/** Parses a small part at once. */
export async function parseWholeXml(file: string, chunks: AsyncIterable<Buffer>, handler: XmlHandler): Promise<void> {
  const pieces = parseXml(file, chunks, handler);
  while (!(await pieces.next()).done);
}

/** real parts reach about twelve */
const DEEPEST = 200;

function createParser(file: string, handler: XmlHandler): SaxesParser {
  const parser = new SaxesParser();
  const onText = (text: string): void => handler.text?.(text);
  parser.on('error', (error) => {
    if (/disallowed character|malformed character entity/.test(error.message)) return;
    throw corrupt(file, 'a part of it is not well-formed XML', error);
  });
  parser.on('doctype', (text) => {
    if (/<!ENTITY/i.test(text)) throw corrupt(file, 'it defines XML entities, which no spreadsheet program does');
  });
  let depth = 0;
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > DEEPEST) throw corrupt(file, 'its elements are nested without end');
    handler.open(localName(tag.name), tag.attributes);
  });
  parser.on('closetag', (tag) => {
    depth -= 1;
    handler.close?.(localName(tag.name));
  });
  parser.on('text', onText);
  parser.on('cdata', onText);
  return parser;
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** UTF-8 unless a byte order mark, a zero byte or the XML declaration says otherwise. */
function xmlDecoder(file: string, first: Buffer): InstanceType<typeof TextDecoder> {
  if ((first[0] === 0xff && first[1] === 0xfe) || (first[0] === 0x3c && first[1] === 0))
    return new TextDecoder('utf-16le');
  if ((first[0] === 0xfe && first[1] === 0xff) || (first[0] === 0 && first[1] === 0x3c))
    return new TextDecoder('utf-16be');
  const declared =
    /^(?:ï»¿)?<\?xml[^>]*encoding=["']([^"']+)["']/.exec(first.subarray(0, 200).toString('latin1'))?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(/^utf-?16/i.test(declared) ? 'utf-8' : declared);
  } catch (error) {
    throw corrupt(file, 'a part of it is written in an unknown encoding', error);
  }
}
