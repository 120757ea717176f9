import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licences of all packages whose code is in the bundle, as one text. Throws when one of them names no licence or brings
 * no licence text: then what we publish would not keep its terms.
 * @param {import('esbuild').Metafile} metafile
 */
export function thirdPartyLicences(metafile) {
  /** by their words: the package under which these terms are printed */
  const printed = new Map();
  const parts = bundledPackages(metafile).map(({ folder, name, version, license }) => {
    const text = licenceText(folder, name);
    if (!license || !text)
      throw new Error(`${name}@${version} is in the bundle and has no licence ${license ? 'text' : 'field'}`);
    return `${name} ${version} (${license})\n\n${withTermsOnce(text.replaceAll('\r\n', '\n').trim(), name, printed)}\n`;
  });
  return [INTRODUCTION, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Most packages have the terms of the MIT licence below a copyright line of their own: those are printed once, every copyright line stays. */
function withTermsOnce(text, name, printed) {
  const [terms] = /^Permission is hereby granted, free of charge[\s\S]*/m.exec(text) ?? [];
  if (terms === undefined) return text;
  const words = terms.replaceAll(/\s+/g, ' ');
  const first = printed.get(words);
  if (first === undefined) printed.set(words, name);
  return first === undefined
    ? text
    : `${text.slice(0, -terms.length).trim()}\n\n(then the same terms, word for word, as of ${first} above)`;
}

/**
 * Each package of which at least one byte is in the bundle, by name.
 * @param {import('esbuild').Metafile} metafile
 */
export function bundledPackages(metafile) {
  const folders = new Set();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = bytesInOutput > 0 && PACKAGE_FOLDER.exec(path)?.[0];
      if (folder) folders.add(folder);
    }
  }
  return [...folders]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return { folder, name, version, license };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const INTRODUCTION = `orkeys is published as a bundle. These packages are in it, each under its own licence.\n`;

const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Packages that carry no licence file; the text is the one in their repository. */
const KEPT_HERE = new Set(['saxes']);

/** @param {string} folder @param {string} name */
function licenceText(folder, name) {
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (file) return readFileSync(join(folder, file), 'utf8');
  if (KEPT_HERE.has(name)) return readFileSync(new URL(`licences/${name}.txt`, import.meta.url), 'utf8');
  const readme = readdirSync(folder).find((entry) => /^readme/i.test(entry));
  return (
    readme && /^#+ licen[cs]e\s*$([\s\S]+?)(?=^#|(?![\s\S]))/im.exec(readFileSync(join(folder, readme), 'utf8'))?.[1]
  );
}
