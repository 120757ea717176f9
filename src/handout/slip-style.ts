import { type Html, html } from '../report/html-text.ts';
import { LINE_HEIGHT } from './fitted-size.ts';
import type { SlipLayout } from './slip-layout.ts';

/** How slips look on paper, and on a screen before they are printed. `sizes`: of type, in points, each as a class. */
export function slipStyle(layout: SlipLayout, sizes: Iterable<number>): Html {
  const { page, columns, perPage, slip, margin, name, who, note, type } = layout;
  // A trifle less than the page: rounding must not push a last line onto a page of its own.
  const pageHeight = page.height - 0.4;
  return html`
@page{size:${page.width}mm ${page.height}mm;margin:0}
*{box-sizing:border-box;margin:0;padding:0}
html{-webkit-text-size-adjust:none;text-size-adjust:none}
body{font-family:system-ui,-apple-system,Roboto,Ubuntu,Cantarell,Arial,sans-serif;line-height:${LINE_HEIGHT};color:#000;background:#e9e9ec}
header{max-width:${page.width}mm;margin:6mm auto;padding:0 4mm;font-size:11pt;line-height:1.45;color:#222}
header h1{font-size:15pt;margin-bottom:1mm}
.page{width:${page.width}mm;height:${pageHeight}mm;margin:0 auto 6mm;background:#fff;display:grid;box-shadow:0 1px 6px #0003;
grid-template-columns:repeat(${columns},${slip.width}mm);grid-template-rows:repeat(${perPage / columns},${slip.height - 0.1}mm)}
.slip{display:flex;flex-direction:column;padding:${margin}mm;overflow:hidden;border:0 dashed #999;border-bottom-width:.25mm;border-right-width:.25mm}
.slip:nth-child(${columns}n){border-right-width:0}
.slip:nth-child(n+${perPage - columns + 1}){border-bottom-width:0}
.slip h2{height:${name.height}mm;font-weight:700;overflow-wrap:anywhere;display:flex;align-items:center}
.who{height:${who.height}mm;color:#333;overflow-wrap:anywhere}
.body{flex:1;display:flex;gap:3mm;margin-top:1mm;min-height:0}
.facts{flex:1;min-width:0;display:flex;flex-direction:column;justify-content:space-between;font-size:${type.facts}pt}
.facts b{font-weight:700}
.facts i{font-style:normal;color:#333;display:block}
.note{max-height:${note.height}mm;overflow-wrap:anywhere}
.end{font:700 ${type.end}pt/1 ui-monospace,Consolas,Menlo,monospace;white-space:nowrap}
.end small{font:400 ${type.facts - 0.5}pt/1 system-ui,Arial,sans-serif;color:#333;margin-left:.5em}
.key{font:${type.key}pt/1.35 ui-monospace,Consolas,Menlo,monospace;font-feature-settings:zero}
.key span{white-space:nowrap;margin-right:.45em}
${[...sizes].map((size) => html`.${sizeClass(size)}{font-size:${size}pt}\n`)}svg{flex:none;display:block;align-self:center}
@media print{
body{background:#fff}
header{display:none}
.page{margin:0;box-shadow:none;break-after:page;break-inside:avoid}
.page:last-of-type{break-after:auto}
}
`;
}

/** The class of a size of type in half points. */
export function sizeClass(points: number): string {
  return `s${points * 2}`;
}
