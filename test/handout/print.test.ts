import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { CLIENTS } from '../../src/handout/clients.ts';
import { keyPage } from '../../src/handout/key-page.ts';
import type { Recipient } from '../../src/handout/recipients.ts';
import { PAGES, type PageSize, PER_PAGE } from '../../src/handout/slip-layout.ts';
import { type SlipOptions, slipSheet } from '../../src/handout/slip-sheet.ts';
import { Secret } from '../../src/secret.ts';
import { noBrowser, useBrowser } from '../support/browser.ts';
import { temporaryFolder } from '../support/cli.ts';
import { keyOf } from '../support/handed-people.ts';

const NAMES: [name: string, surname: string][] = [
  ['Anna', 'Bērziņš'],
  ['W'.repeat(200), 'M'.repeat(200)],
  ['Hubert Blaine', 'Wolfeschlegelsteinhausenbergerdorff'],
  ['Nguyễn Thị Minh', 'Khai'],
  ['María-José Carreño Quiñones de la Santísima Trinidad', 'y Picasso Ruiz'],
  ['Александра Константинопольская', 'Преображенская-Воскресенская'],
  ['李小龍'.repeat(60), '王'],
  ['محمد عبد الرحمن', 'الخوارزمي'],
  ['<b>Bobby</b>', '"); DROP TABLE'],
  ['', ''],
];

const PEOPLE = NAMES.map(([name, surname], index): Recipient => {
  const emails = [`${index === 1 ? 'long.'.repeat(30) : ''}person${index}@example.org`];
  return {
    participant: { row: index + 2, rows: [index + 2], name, surname, emails, group: `Table ${index}` },
    inRoster: true,
    tag: `tag${index}`,
    keyName: `W_${index}`,
    hash: null,
    secret: new Secret(keyOf(`print ${index}`)),
    limit: 12.5,
    limitReset: 'monthly',
    expiresAt: '2026-03-09T09:00:00Z',
    disabled: true,
  };
});

const FULL: Omit<SlipOptions, 'page' | 'perPage' | 'qr'> = {
  note: 'Help: zane@example.org, room 12. '.repeat(6).slice(0, 200),
  offUntil: '2026-03-02T07:00:00Z',
  timeZone: 'Europe/Riga',
};

const MISSING = noBrowser ?? ['pdftoppm', 'pdftotext', 'zbarimg'].find((program) => !isHere(program));

describe.skipIf(MISSING !== undefined)(
  `printed by Chromium${MISSING === undefined ? '' : ` (left out: no ${MISSING})`}`,
  () => {
    const browser = useBrowser();

    test.each(PAGES)(
      'on %s, every code is read at 100 dpi and is the key of the person named on the same slip',
      async (page) => {
        const folder = temporaryFolder();
        const slips = await print(slipSheet('W', PEOPLE, { ...FULL, page, perPage: 8, qr: 'key' }), page, folder);
        expect(slips.filter(({ text }) => text !== '')).toHaveLength(PEOPLE.length);
        for (const [index, { code, text }] of slips.slice(0, PEOPLE.length).entries()) {
          const { secret, participant } = PEOPLE[index] as Recipient;
          expect([index, code]).toEqual([index, secret.reveal()]);
          expect(text).toContain(secret.reveal().slice(-4));
          expect(text).toContain(participant?.emails[0]?.slice(-20));
          const name = `${participant?.name}${participant?.surname}`.replaceAll(/\s/g, '');
          // Other scripts are joined or reversed in a PDF, or this computer has no font for them.
          if (/^[\p{sc=Latn}\p{sc=Cyrl}\p{sc=Zyyy}\p{M}]*$/u.test(name)) expect(text).toContain(name);
          expect(text).toContain(secret.reveal());
        }
      },
    );

    test('nothing is cut and nothing overlaps, whatever the paper, the number of slips and the name', async () => {
      const tab = await (await browser()).newPage();
      await tab.emulateMedia({ media: 'print' });
      for (const page of PAGES) {
        for (const perPage of PER_PAGE) {
          for (const qr of ['key', 'none'] as const) {
            await tab.setContent(slipSheet('W', PEOPLE, { ...FULL, page, perPage, qr }));
            expect([page, perPage, qr, await tab.evaluate(CUT_PARTS)]).toEqual([page, perPage, qr, []]);
          }
        }
      }
      await tab.close();
    });

    test('a page of one’s own copies exactly the key, runs only its own script and asks nobody', async () => {
      const path = join(temporaryFolder(), 'key.html');
      writeFileSync(
        path,
        keyPage(PEOPLE[8] as Recipient, { prefix: 'W', clients: CLIENTS, model: 'openrouter/auto' }, 'folder'),
      );
      const context = await (await browser()).newContext({ viewport: { width: 390, height: 800 } });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const tab = await context.newPage();
      const { asked, complaints } = watch(tab);
      await tab.goto(`file://${path}`);
      await tab.evaluate("getSelection().selectAllChildren(document.querySelector('.key'))");
      expect(await tab.evaluate('String(getSelection())')).toBe(keyOf('print 8'));
      await tab.click('button');
      await expect.poll(() => tab.textContent('button')).toBe('Copied');
      expect(await tab.evaluate('navigator.clipboard.readText()')).toBe(keyOf('print 8'));
      expect(await tab.textContent('h1')).toBe('<b>Bobby</b> "); DROP TABLE');
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect({ asked, complaints }).toEqual({ asked: [`file://${path}`], complaints: [] });
      await context.close();
    });

    async function print(html: string, size: PageSize, folder: string): Promise<{ code: string; text: string }[]> {
      const tab = await (await browser()).newPage();
      await tab.setContent(html);
      const pdf = join(folder, 'slips.pdf');
      await tab.pdf({ path: pdf, preferCSSPageSize: true });
      await tab.close();
      execFileSync('pdftoppm', ['-gray', '-r', '100', pdf, join(folder, 'page')]);
      const pages = readdirSync(folder)
        .filter((name) => name.endsWith('.pgm'))
        .sort();
      expect([size, pages.length]).toEqual([size, 2]);
      const parts = pages.flatMap((name, index) => cropped(join(folder, name), index + 1, 2, 4));
      return parts.map(({ path, at }) => ({ code: decoded(path), text: textIn(pdf, at) }));
    }
  },
);

function isHere(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function watch(tab: Page): { asked: string[]; complaints: string[] } {
  const asked: string[] = [];
  const complaints: string[] = [];
  tab.on('request', (request) => asked.push(request.url()));
  tab.on('console', (message) => complaints.push(message.text()));
  tab.on('pageerror', (error) => complaints.push(String(error)));
  return { asked, complaints };
}

interface Crop {
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The slips of a printed page as pictures of their own, row by row. */
function cropped(path: string, page: number, columns: number, rows: number): { path: string; at: Crop }[] {
  const bytes = readFileSync(path);
  const [header = '', w, h] = /^P5\s(\d+)\s(\d+)\s255\s/.exec(bytes.subarray(0, 40).toString('latin1')) ?? [];
  const [width, height] = [Math.floor(Number(w) / columns), Math.floor(Number(h) / rows)];
  return Array.from({ length: columns * rows }, (_, index) => {
    const x = (index % columns) * width;
    const y = Math.floor(index / columns) * height;
    const lines = Array.from({ length: height }, (_, line) => {
      const from = header.length + (y + line) * Number(w) + x;
      return bytes.subarray(from, from + width);
    });
    const part = `${path}-${index}.pgm`;
    writeFileSync(part, Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), ...lines]));
    return { path: part, at: { page, x, y, width, height } };
  });
}

function decoded(path: string): string {
  try {
    return execFileSync('zbarimg', ['--quiet', '--raw', path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

/** What a reader of the PDF gets from one slip, without blanks: a line ends where the paper does. */
function textIn(pdf: string, { page, x, y, width, height }: Crop): string {
  const area = ['-x', x, '-y', y, '-W', width, '-H', height].map(String);
  const text = execFileSync('pdftotext', ['-r', '100', '-f', String(page), '-l', String(page), ...area, pdf, '-'], {
    encoding: 'utf8',
  });
  return text.replaceAll(/\s/g, '');
}

/** Runs in the page: the parts of slips that leave their slip, their box, or the part above them. */
const CUT_PARTS = `[...document.querySelectorAll('.slip')].flatMap((slip) => {
  const cut = [];
  const box = slip.getBoundingClientRect();
  const padding = Number.parseFloat(getComputedStyle(slip).paddingBottom);
  for (const part of slip.querySelectorAll('h2,.who,.body,.facts>*,svg,.key span')) {
    const { right, bottom, left } = part.getBoundingClientRect();
    if (right > box.right - padding + 1 || bottom > box.bottom - padding + 1.5 || left < box.left) cut.push(part.outerHTML.slice(0, 40));
  }
  const heightOf = (what) => slip.querySelector(what).getBoundingClientRect().height;
  if (heightOf('bdi') > heightOf('h2') + 1.5) cut.push('name');
  for (const part of slip.querySelectorAll('.who,.note')) {
    if (part.scrollHeight > part.clientHeight + 2) cut.push(part.className);
  }
  const stacked = [...slip.querySelectorAll('.facts>*')].map((part) => part.getBoundingClientRect());
  if (stacked.some(({ top }, at) => at > 0 && top < stacked[at - 1].bottom - 1)) cut.push('overlap');
  const code = slip.querySelector('svg');
  if (code && code.getBoundingClientRect().width < 120) cut.push('small code');
  return cut.map((what) => slip.dataset.tag + ': ' + what);
})`;
