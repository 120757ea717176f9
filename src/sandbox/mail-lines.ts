import type { Socket } from 'node:net';

/** longest line of a command; RFC 5321 wants 512 */
const LONGEST_LINE = 4096;

/** Reads commands and messages off a connection, in the order in which they came. */
export class LineReader {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#pieces = socket[Symbol.asyncIterator]();
  }

  /** A command without its line break; undefined at the end. */
  async readLine(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end >= 0) return this.#take(end, 2).toString('utf8');
      if (this.#rest.length > LONGEST_LINE || !(await this.#readOn())) return undefined;
    }
  }

  /**
   * A message up to the line with the dot alone; at a broken end an error.
   * @param onPiece awaited when the first part of it is there
   */
  async readText(onPiece: () => Promise<void>): Promise<Buffer> {
    let text: Buffer = Buffer.alloc(0);
    let isFirst = true;
    for (;;) {
      const all = Buffer.concat([text, this.#rest]);
      if (isFirst && all.length > 0) {
        isFirst = false;
        await onPiece();
      }
      const end = all.indexOf('\r\n.\r\n');
      if (end >= 0 || all.subarray(0, 3).equals(Buffer.from('.\r\n'))) {
        const whole = end >= 0 ? all.subarray(0, end + 2) : Buffer.alloc(0);
        this.#rest = all.subarray(end >= 0 ? end + 5 : 3);
        return withoutDots(whole);
      }
      text = all;
      this.#rest = Buffer.alloc(0);
      if (!(await this.#readOn())) throw new Error('the connection broke inside a message');
    }
  }

  #take(length: number, separator: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length + separator);
    return taken;
  }

  async #readOn(): Promise<boolean> {
    const { done, value } = await this.#pieces.next();
    if (done) return false;
    this.#rest = Buffer.concat([this.#rest, value]);
    return true;
  }
}

/** A line that begins with a dot is sent with two. */
function withoutDots(message: Buffer): Buffer {
  return Buffer.from(message.toString('latin1').replaceAll(/(^|\r\n)\.\./g, '$1.'), 'latin1');
}
