import { describe, expect, test } from 'vitest';
import { renderHtmlPage } from '../../src/report/html-page.ts';
import { html } from '../../src/report/html-text.ts';

describe('a text in a page', () => {
  test.each([
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['"><script>alert(1)</script>', '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
    ["' onload='x` y", '&#39; onload=&#39;x&#96; y'],
    ['&lt;b&gt; stays a text', '&amp;lt;b&amp;gt; stays a text'],
    ['Jānis 王小明 שרה 👩‍💻\tA\nB', 'Jānis 王小明 שרה 👩‍💻\tA\nB'],
    ['a\u0000b\u001bc\ud800d\u0085e\ufffff', 'a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf'],
  ])('is shown as it is, whatever it looks like: %j', (text, shown) => {
    expect(String(html`${text}`)).toBe(shown);
    expect(String(html`<b title="${text}">`)).toBe(`<b title="${shown}">`);
  });

  test('is escaped once, in lists and templates within templates too', () => {
    const items = ['a<b', 'c'].map((item) => html`<li>${item}</li>`);
    expect(String(html`<ul>${items}</ul>${['<', 1]}${null}${undefined}`)).toBe(
      '<ul><li>a&lt;b</li><li>c</li></ul>&lt;1',
    );
  });

  test('that pretends to be HTML is not taken for it', () => {
    const pretended = JSON.parse('{"strings":["<b>"],"text":"<b>"}');
    expect(() => html`${pretended}`).toThrow();
  });
});

test('a page names its language and character set first, and allows nothing but its own style', () => {
  const page = renderHtmlPage({ title: '</title><script>', style: html`p { color: red }`, body: html`<p>${'<'}</p>` });
  expect(page).toMatch(/^<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">/);
  expect(page.replaceAll('&#39;', "'")).toContain(
    `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
  );
  expect(page).toContain('<title>&lt;/title&gt;&lt;script&gt;</title>');
  expect(page).toContain('<style>p { color: red }</style>');
  expect(page).not.toMatch(/<script|<link|https?:|\ssrc=|\shref=/);
});
