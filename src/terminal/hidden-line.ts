/** One line that a terminal sends key by key, because it does not edit or show it. */
export interface HiddenLine {
  /** Takes what was typed. `cancelled`: Ctrl-D, and Ctrl-C is told apart; undefined = the line goes on. */
  type(text: string): HiddenLineEnd | undefined;
}

export type HiddenLineEnd = { line: string } | { cancelled: 'end' | 'interrupt' };

/**
 * Edits the line as a terminal does: Backspace, Ctrl-U, Ctrl-W. Keys that send control sequences, such as arrows, do nothing. What was
 * pasted after a line break is dropped: it must not become the answer to the next question.
 */
export function createHiddenLine(): HiddenLine {
  let characters: string[] = [];
  /** the beginning of a control sequence whose end has not come yet */
  let begun = '';
  let pasting = false;
  let complete = false;

  const takeOne = (character: string): HiddenLineEnd | undefined => {
    if (complete) return undefined;
    if (character === '\u0003') return { cancelled: 'interrupt' };
    if (character === '\u0004') return { cancelled: 'end' };
    if (character === '\r' || character === '\n') complete = true;
    else if (character === '\u007f' || character === '\b') characters.pop();
    else if (character === '\u0015' || character === '\u0017') characters = [];
    else if (character >= ' ') characters.push(character);
    return undefined;
  };

  return {
    type(text) {
      const rest = [...begun, ...text];
      begun = '';
      while (rest.length > 0) {
        const sequence = rest[0] === ESCAPE ? SEQUENCE.exec(rest.join(''))?.[0] : undefined;
        if (sequence !== undefined) {
          rest.splice(0, [...sequence].length);
          if (sequence === PASTE_BEGINS) pasting = true;
          if (sequence === PASTE_ENDS) pasting = false;
        } else if (rest[0] === ESCAPE && UNFINISHED.test(rest.join(''))) {
          begun = rest.join('');
          break;
        } else {
          const end = takeOne(rest.shift() ?? '');
          if (end) return end;
        }
        if (complete && !pasting) return { line: characters.join('') };
      }
      return undefined;
    },
  };
}

const ESCAPE = '\u001b';
const PASTE_BEGINS = `${ESCAPE}[200~`;
const PASTE_ENDS = `${ESCAPE}[201~`;

/** `ESC [ 2 0 0 ~`, `ESC O A`, or Alt with a key (ECMA-48, xterm). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that terminals send
const SEQUENCE = /^\u001b(?:\[[0-?]*[ -/]*[@-~]|O[@-~]|[^[O\r\n\u0003\u0004\u001b])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const UNFINISHED = /^\u001b(?:\[[0-?]*[ -/]*|O)?$/;
