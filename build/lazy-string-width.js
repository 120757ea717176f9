import { readFileSync } from 'node:fs';

// What string-width makes when it is loaded, some 30 ms, and needs only for texts beyond plain letters.
const EAGER = [
  ['const segmenter = new Intl.Segmenter();', 'segment', 'new Intl.Segmenter()'],
  ['const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;', 'test', '/^\\p{RGI_Emoji}$/v'],
];

/** @type {import('esbuild').Plugin} */
export const lazyStringWidth = {
  name: 'lazy-string-width',
  setup(build) {
    build.onLoad({ filter: /node_modules[\\/]string-width[\\/]index\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      if (!contents.includes('Intl.Segmenter')) return undefined; // cli-progress has an older one, without it
      for (const [line, method, value] of EAGER) {
        if (!contents.includes(line)) throw new Error(`string-width has changed: no "${line}"`);
        const name = line.split(' ')[1];
        contents = contents.replace(
          line,
          () => `let ${name}Made; const ${name} = { ${method}: text => (${name}Made ??= ${value}).${method}(text) };`,
        );
      }
      return { contents, loader: 'js' };
    });
  },
};
