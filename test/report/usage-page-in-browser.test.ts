import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { renderUsagePage } from '../../src/report/usage-page.ts';
import { noBrowser, useBrowser } from '../support/browser.ts';
import { HOSTILE_NAMES, usageReport } from '../support/usage-reports.ts';

const REPORT = usageReport({ people: 54, days: 7, names: HOSTILE_NAMES });

describe.skipIf(noBrowser !== undefined)(`the page in Chromium${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  const browser = useBrowser();

  /** The page opened as a file; everything that it says on the console, and everything that it wants to load. */
  async function open(options: BrowserContextOptions): Promise<{ page: Page; trouble: string[] }> {
    const folder = mkdtempSync(join(tmpdir(), 'orkeys-page-'));
    const file = join(folder, 'usage.html');
    writeFileSync(file, renderUsagePage(REPORT));
    const context = await (await browser()).newContext(options);
    onTestFinished(async () => {
      await context.close();
      rmSync(folder, { recursive: true });
    });
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', ({ message }) => trouble.push(message));
    page.on('dialog', (dialog) => {
      trouble.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) trouble.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    return { page, trouble };
  }

  test.each([
    ['light', 1200],
    ['dark', 390],
  ] as const)(
    'is %s and %i px wide without scrolling, loads nothing, runs nothing, and can be read',
    async (colorScheme, width) => {
      const { page, trouble } = await open({ colorScheme, viewport: { width, height: 800 } });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await page.title()).toBe('Usage of BSSDH_2025, Mon 28 Jul to Sun 3 Aug 2025');
      expect(await lowContrasts(page)).toEqual([]);
      const [red = 0] = await rgbOf(page, 'body', 'background-color');
      expect(red < 128).toBe(colorScheme === 'dark');
      expect(await page.getByText('<img src=x onerror=alert(1)>', { exact: true }).count()).toBe(1);
      expect(trouble).toEqual([]);
    },
  );

  test('draws in its charts what its tables say, and names them for those who do not see them', async () => {
    const { page } = await open({ viewport: { width: 1200, height: 800 } });
    const drawn = (await page.evaluate(`[0, 1, 2, 3, 4, 5].map((model) =>
      [...document.querySelectorAll('.chart rect.m' + model)].map((rect) => rect.getBoundingClientRect().height))`)) as number[][];
    const told = (await page.evaluate(`[1, 2, 3, 4, 5, 6].map((column) =>
      [...document.querySelectorAll('.days tbody tr')].map((row) => row.cells[column].textContent))`)) as string[][];
    const costs = told.map((column) =>
      column.filter((text) => text !== '–').map((text) => Number(text.replace(/[<$]/g, ''))),
    );
    expect(drawn.map(({ length }) => length)).toEqual(costs.map(({ length }) => length));
    // The scale ends at $6 for the highest day of about $4; a pixel is worth about 3 cents.
    const usdPerPixel = 6 / 190;
    for (const [model, heights] of drawn.entries()) {
      for (const [day, height] of heights.entries()) {
        expect(Math.abs(height * usdPerPixel - (costs[model]?.[day] ?? 0))).toBeLessThan(0.008);
      }
    }
    const sums = await page.evaluate(
      `[...document.querySelectorAll('.days tbody tr')].map((row) => [7, 8].map((column) => row.cells[column].textContent))`,
    );
    let soFar = 0;
    expect(sums).toEqual(
      REPORT.days.map(({ cost }) => {
        soFar += cost ?? 0;
        return [`$${(cost ?? 0).toFixed(2)}`, `$${soFar.toFixed(2)}`];
      }),
    );
    const names = await page.evaluate(
      `[...document.querySelectorAll('.people tbody th > bdi')].map((name) => name.textContent)`,
    );
    expect(names).toEqual(
      REPORT.people
        .filter(({ requests }) => requests !== 0)
        .map(({ participant }) => `${participant?.name} ${participant?.surname}`.trim()),
    );
    const tree = await page.locator('body').ariaSnapshot();
    expect(tree).toMatch(
      /img "Cost of each day, stacked by model\. Highest: Wed 30 Jul 2025 with \$4\.\d\d\. The table below has all numbers\."/,
    );
    expect(tree).toMatch(/img "Cost added up day by day: \$\d+\.\d\d in the end; the limits allow \$\d+\.00\./);
    expect(tree).toMatch(/table "Cost of each UTC day in USD, by model"/);
    expect(tree).toMatch(/rowheader "Mon 28 Jul 2025"/);
    expect(tree).toMatch(/img "highest on /);
    expect(tree.match(/heading ".*" \[level=1\]/g)).toHaveLength(1);
  });

  test('is a few pages of paper, light also where the screen is dark, with the numbers unfolded', async () => {
    const { page, trouble } = await open({ colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.evaluate(`document.querySelector('details').open = false`);
    expect(await rgbOf(page, 'body', 'background-color')).toEqual([255, 255, 255]);
    expect(await page.locator('.days tbody tr').first().boundingBox()).not.toBeNull();
    const paper = Buffer.from(await page.pdf({ format: 'A4' })).toString('latin1');
    const pages = paper.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(6);
    expect(trouble).toEqual([]);
  });
});

/** Texts whose color is too close to what is behind them (WCAG 2.2, 1.4.3), and colors of charts (1.4.11). */
async function lowContrasts(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const light = (color) => color.slice(0, 3).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
      .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const color = parse(getComputedStyle(at).backgroundColor);
        if (color.length === 3 || color[3] > 0) return color;
      }
      return [255, 255, 255];
    };
    const ratio = (a, b) => { const [low, high] = [light(a), light(b)].sort((x, y) => x - y); return (high + 0.05) / (low + 0.05); };
    const found = new Set();
    for (const element of document.querySelectorAll('body *')) {
      const style = getComputedStyle(element);
      const isText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
      const isDrawn = element.matches('.chart rect[class^=m], .spark path');
      if (!isText && !isDrawn || element.tagName === 'title') continue;
      const color = parse(element instanceof SVGElement ? style.fill : style.color);
      const reached = ratio(color, ground(element));
      if (reached < (isText ? 4.5 : 3)) found.add(element.tagName + '.' + element.getAttribute('class') + ' ' + reached.toFixed(2));
    }
    return [...found];
  })()`);
}

async function rgbOf(page: Page, selector: string, property: string): Promise<number[]> {
  const color = await page.evaluate(
    `getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`,
  );
  return (String(color).match(/\d+/g) ?? []).map(Number);
}
