import picomatch from 'picomatch';

/**
 * A pattern for whole key names: `*` any text, `?` one character, `[abc]`, `{one,other}`. Case does not matter, nor how
 * accents are composed; a slash is a character like any other.
 */
export function nameGlob(pattern: string): (name: string) => boolean {
  const matches = picomatch(flat(pattern).replaceAll(/[()]/g, '\\$&'), {
    bash: true,
    dot: true,
    nocase: true,
    nonegate: true,
    noextglob: true,
  });
  return (name) => matches(flat(name));
}

/** picomatch thinks of paths: names are made to have none. */
function flat(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll('/', '\u2044');
}
