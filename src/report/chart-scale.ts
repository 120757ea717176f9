/** The vertical axis of a chart: round steps from nothing to above the highest value. */
export interface ChartScale {
  top: number;
  step: number;
  ticks: number[];
}

/** Gridlines without the one at zero. */
const MOST_LINES = 4;
const ROUND = [1, 2, 2.5, 5, 10];

export function chartScale(highest: number): ChartScale {
  const wanted = (highest > 0 ? highest : 1) / MOST_LINES;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = (ROUND.find((round) => round * power >= wanted * (1 - TINY)) ?? 10) * power;
  const lines = Math.max(1, Math.ceil(highest / step - TINY));
  return { top: step * lines, step, ticks: Array.from({ length: lines }, (_, at) => step * (at + 1)) };
}

const TINY = 1e-9;

/** A share of 100 in few characters: `12.35`. */
export function percent(part: number, whole: number): number {
  return Math.round((whole === 0 ? 0 : part / whole) * 10_000) / 100;
}

/** So many labels have room below a chart on a phone. */
const MOST_LABELS = 7;

/** Whether the day at this place, of so many, has a label below the chart. */
export function isLabeled(at: number, length: number): boolean {
  return at % Math.ceil(length / MOST_LABELS) === 0;
}
