import { cellWidth, truncateCells } from './cell-width.ts';
import { formatDuration } from './time.ts';
import { visibleText } from './visible-text.ts';

export interface ProgressState {
  label: string;
  total: number;
  done: number;
  note: string;
  elapsedMs: number;
  /** no further updates will follow, whether everything is done or not */
  stopped: boolean;
}

/**
 * `Creating keys [=====>    ] 12/50  2.1/s  18 s left  OpenRouter asked for a pause, 30 s`, at most `columns - 1` cells, because a full
 * line wraps in some terminals. Parts that do not fit are dropped: first the bar, then the rate,
 * then the end of the line, and finally the label, because a truncated number would be wrong.
 */
export function renderProgressLine(state: ProgressState, columns: number): string {
  const room = Math.max(1, columns - 1);
  const label = visibleText(state.label);
  const count = `${state.done}/${state.total}`;
  const tail = [timing(state), visibleText(state.note)];
  const full = join([count, rate(state), ...tail]);
  const barCells = Math.min(WIDEST_BAR, room - cellWidth(label) - cellWidth(full) - ' [] '.length);
  if (barCells >= NARROWEST_BAR) return `${label} [${drawBar(state, barCells)}] ${full}`;
  const head = cellWidth(`${label} ${count}`) <= room ? `${label} ${count}` : count;
  const withRate = join([head, rate(state), ...tail]);
  if (cellWidth(withRate) <= room) return withRate;
  return truncateCells(join([head, ...tail]), room);
}

const WIDEST_BAR = 30;
const NARROWEST_BAR = 5;

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('  ');
}

function drawBar({ done, total }: ProgressState, cells: number): string {
  const filled = Math.floor(Math.min(1, done / total) * cells);
  if (filled >= cells) return '='.repeat(cells);
  return `${'='.repeat(filled)}>`.padEnd(cells);
}

function rate({ done, elapsedMs }: ProgressState): string {
  return done === 0 || elapsedMs <= 0 ? '' : `${((done * 1000) / elapsedMs).toFixed(1)}/s`;
}

/** The remaining time is based on the average since the start, which is more stable than the last few steps: a wait would distort those. */
function timing({ done, total, elapsedMs, stopped }: ProgressState): string {
  if (done >= total) return `done in ${formatDuration(elapsedMs)}`;
  if (stopped) return `stopped after ${formatDuration(elapsedMs)}`;
  return done === 0 ? '' : `${formatDuration((elapsedMs / done) * (total - done))} left`;
}
