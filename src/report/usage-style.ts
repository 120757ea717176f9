import { type Html, html } from './html-text.ts';

/** Colors of five models and the others keep 3:1 to the ground, light and dark; texts 4.5:1. Paper is always light. */
export function usageStyle(): Html {
  return html`
:root { color-scheme: light; --ground: #fff; --card: #f6f8fa; --text: #1b2430; --quiet: #566070; --line: #dde2e9; --accent: #2563eb; --warn: #9a3412; --warn-ground: #fff4ed; --warn-line: #f3c9ae; --rail: #e3e8ef;
  --m0: #2563eb; --m1: #d97706; --m2: #059669; --m3: #9333ea; --m4: #db2777; --m5: #64748b; }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; --ground: #0f141b; --card: #171e28; --text: #e8edf4; --quiet: #a3afbf; --line: #2b3543; --accent: #60a5fa; --warn: #fdba74; --warn-ground: #2a1c12; --warn-line: #6b4423; --rail: #2b3543;
  --m0: #60a5fa; --m1: #fbbf24; --m2: #34d399; --m3: #c084fc; --m4: #f472b6; --m5: #94a3b8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2.5rem 1.5rem 3rem; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 2.25rem; line-height: 1.15; letter-spacing: -.02em; }
h2 { margin: 2.75rem 0 .75rem; font-size: 1.3rem; letter-spacing: -.01em; }
h2 small { color: var(--quiet); font-weight: 400; }
p { margin: .25rem 0; }
ul { margin: 0; padding: 0; list-style: none; }
small { color: var(--quiet); font-size: .8125rem; }
.kicker { color: var(--accent); font-weight: 600; font-size: .875rem; }
.period span, .lead, .more { color: var(--quiet); }
.badge { display: inline-block; margin-left: .25rem; padding: 0 .5em; border: 1px solid var(--warn-line); border-radius: 1em; background: var(--warn-ground); color: var(--warn); font-size: .75rem; font-weight: 500; line-height: 1.5; white-space: nowrap; }
.totals { margin-top: 1.75rem; }
.sentence { font-size: 1.25rem; margin-bottom: 1rem; }
.sentence b { display: block; font-size: 3rem; line-height: 1.1; letter-spacing: -.03em; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .75rem; margin: 0; }
dl div { padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .625rem; background: var(--card); }
dt { color: var(--quiet); font-size: .875rem; }
dd { margin: 0; }
dd b { display: block; font-size: 1.375rem; font-variant-numeric: tabular-nums; }
.note { margin-top: 1rem; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .625rem; background: var(--card); }
.note.bad { border-color: var(--warn-line); background: var(--warn-ground); color: var(--warn); }
.unusual li { padding: .625rem 1rem; border-left: 4px solid var(--warn-line); background: var(--warn-ground); margin-top: .375rem; border-radius: .25rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem 2.5rem; }
figure { margin: 0; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: .5rem; }
.chart { padding-left: 3.25rem; padding-right: .5rem; }
.chart svg { display: block; overflow: visible; }
.chart text { fill: var(--quiet); font-size: 12px; text-anchor: middle; }
.chart .amount { text-anchor: end; font-variant-numeric: tabular-nums; }
.chart .unknown { font-weight: 700; font-size: 14px; }
.grid line { stroke: var(--line); stroke-dasharray: 2 3; }
.base { stroke: var(--quiet); }
.hit { fill: transparent; }
.hit:hover { fill: var(--text); fill-opacity: .06; }
.m0 { fill: var(--m0); } .m1 { fill: var(--m1); } .m2 { fill: var(--m2); } .m3 { fill: var(--m3); } .m4 { fill: var(--m4); } .m5 { fill: var(--m5); }
.chart rect[class^=m] { stroke: var(--ground); stroke-width: 1px; }
.lines * { vector-effect: non-scaling-stroke; fill: none; }
.lines .area { fill: var(--accent); fill-opacity: .12; }
.lines .spent { stroke: var(--accent); stroke-width: 2.5px; stroke-linejoin: round; }
.lines .allowed { stroke: var(--warn); stroke-width: 2px; stroke-dasharray: 6 4; }
.now { fill: var(--accent); stroke: var(--ground); stroke-width: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: .125rem 1rem; margin-top: .5rem; font-size: .8125rem; color: var(--quiet); }
.swatch { width: .75em; height: .75em; margin-right: .4em; border-radius: .2em; overflow: hidden; }
.swatch.line { width: 1.25em; height: 3px; vertical-align: middle; }
.swatch .spent { fill: var(--accent); } .swatch .allowed { fill: var(--warn); }
details { margin-top: 1.25rem; }
summary { cursor: pointer; color: var(--accent); font-weight: 500; width: fit-content; }
.scroll { overflow-x: auto; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { width: 100%; overflow-wrap: break-word; border-collapse: collapse; font-size: .9375rem; }
caption { text-align: left; color: var(--quiet); font-size: .8125rem; padding: .25rem 0 .5rem; }
th, td { padding: .5rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
thead th { color: var(--quiet); font-size: .8125rem; font-weight: 600; border-bottom-color: var(--quiet); vertical-align: bottom; }
:is(th, td):first-child { padding-left: 0; } :is(th, td):last-child { padding-right: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody th { font-weight: 500; } th small { display: block; font-weight: 400; }
.days thead th { white-space: normal; } .days tbody th { white-space: nowrap; }
.people tbody th { width: 34%; min-width: 13rem; overflow-wrap: anywhere; } .people td:nth-child(4) { white-space: nowrap; } .people td:nth-child(6) { width: 24%; min-width: 11rem; }
.models tbody th { min-width: 11rem; }
.bar { display: block; width: 9rem; height: 4px; margin-top: .375rem; border-radius: 2px; overflow: hidden; fill: var(--accent); }
.n .bar { width: 4.5rem; margin-left: auto; }
.bar .rail { fill: var(--rail); } .bar.full { fill: var(--warn); }
.spark { display: block; width: 7rem; height: 1.75rem; fill: var(--accent); }
.names { columns: 14rem; column-gap: 2rem; font-size: .9375rem; }
.names li { padding: .1rem 0; break-inside: avoid; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .8125rem; }
@media screen and (max-width: 44rem) {
  body { padding: 1.25rem 1rem 2rem; } h1 { font-size: 1.75rem; } .sentence b { font-size: 2.5rem; }
  dl { grid-template-columns: 1fr 1fr; }
  .people thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .people, .people caption, .people tbody, .people tfoot { display: block; }
  .people tr { display: grid; grid-template-columns: minmax(0, 1fr) 7rem; gap: .25rem 1rem; padding: .75rem 0; border-bottom: 1px solid var(--line); align-items: end; }
  .people :is(th, td) { padding: 0; border: 0; min-width: 0; max-width: none; text-align: left; }
  .people :is(tbody th, td:nth-child(6)) { width: auto; min-width: 0; } .people td:nth-child(4) .bar { width: 100%; max-width: 12rem; } .people td:nth-child(2) .bar { width: 4.5rem; }
  .people th { grid-column: 1; } .people td:nth-child(2) { text-align: right; }
  .people td:nth-child(3)::after { content: " requests"; } .people td:nth-child(4)::before { content: "Remaining: "; } .people td:nth-child(5) .spark { margin-left: auto; }
  .people td:nth-child(4) { min-width: 0; } .people td:nth-child(3) { order: 1; } .people td:nth-child(6) { order: 2; grid-column: 1 / -1; text-align: left; }
}
@media print {
  @page { margin: 14mm; }
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; height: auto; opacity: 1; } summary { display: none; }
  table { font-size: 9pt; } .days { font-size: 8pt; } .days :is(th, td) { padding: .25rem .35rem; } .days thead th { font-size: 7pt; overflow-wrap: anywhere; }
  .scroll { overflow: visible; } tr, figure, li, dl div { break-inside: avoid; } h2, caption { break-after: avoid; } thead { display: table-header-group; }
  .figures { grid-template-columns: 1fr 1fr; }
}
`;
}
