/** UTF-8 that was read as Windows-1252: `Ã¼` for ü, `Ä“` for ē. */
const MISREAD = /[ÂÃÄÅ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Ð[\u0080-\u00bf°-¿]/u;
/** What programs put in place of letters that they could not write. */
const LOST = /\ufffd|\p{L}\?\p{L}/u;

/** Does a name look as if an earlier export had damaged its letters? */
export function looksGarbled(name: string): boolean {
  return LOST.test(name) || MISREAD.test(name);
}
