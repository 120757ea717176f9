import type { Context } from '../../context.ts';
import type { AccountKey } from '../../keys/account-key.ts';
import { sumUsd } from '../../money.ts';
import type { Participant } from '../../roster/participant.ts';
import { renderJsonLine } from '../../terminal/json.ts';
import { ruleId } from '../../usage/watch-rules.ts';
import type { Told, WatchState } from '../../usage/watch-state.ts';
import type { WatchEvent, WatchReading } from '../../usage/watch-step.ts';
import { ownerJson } from '../../views/key-json.ts';
import {
  clearedText,
  disabledText,
  offAlreadyText,
  readingSums,
  readingText,
  stamp,
  toldText,
  undoCommand,
  type WatchView,
} from './screen.ts';

type ParticipantOf = (key: AccountKey) => Participant | null;

/** Tells what a watch sees: lines for people, or one JSON object a line. */
export interface Reporter {
  reading(reading: WatchReading, state: WatchState): void;
  events(events: readonly WatchEvent[], participantOf: ParticipantOf, acted: readonly Told[]): void;
  /** keys that are disabled now, or would be */
  disabled(keys: readonly Told[], participantOf: ParticipantOf, isDryRun: boolean): void;
  /** what went wrong, and what that means */
  trouble(text: string): void;
  /** the end: how long, and what came of it */
  stopped(text: string): void;
}

export function createReporter(view: WatchView, options: { json: boolean; quiet: boolean }, ctx: Context): Reporter {
  let lastReading = '';
  const line = (text: string) => ctx.stdout.write(`${stamp(ctx.now(), ctx)}  ${text}\n`);
  const print = (event: string, fields: Record<string, unknown>) => {
    const at = ctx.now().toISOString();
    const { prefix, service, dryRun } = view;
    const head = { version: 1, command: 'watch', dry_run: dryRun, sandbox: service.sandbox, prefix, at, event };
    ctx.stdout.write(`${renderJsonLine({ ...head, ...fields })}\n`);
  };
  if (options.json) return jsonReporter(view, print);
  return {
    reading(reading, state) {
      // The same line every minute would hide the others.
      const text = readingText(reading, state);
      if (text !== lastReading && !options.quiet) line(text);
      lastReading = text;
    },
    events(events, participantOf, acted) {
      // Who is disabled for it is told in one line with it; who is off when all are to be is nothing to tell.
      const isTold = (event: WatchEvent) =>
        event.event === 'off_already'
          ? event.rule.rule === 'total_over'
          : event.event === 'notice' && acted.some((told) => isSameNotice(told, event));
      for (const event of events.filter((each) => !isTold(each))) line(eventText(event, participantOf));
    },
    disabled(keys, participantOf, isDryRun) {
      for (const told of keys) line(disabledText(told, told.key ? participantOf(told.key) : null, isDryRun));
      if (keys.length > 0 && !isDryRun) line(`To enable what this watch disabled: ${undoCommand(view)}`);
    },
    trouble: line,
    stopped: (text) => {
      if (!options.quiet) ctx.stdout.write(`${text}\n`);
    },
  };
}

function jsonReporter(view: WatchView, print: (event: string, fields: Record<string, unknown>) => void): Reporter {
  return {
    reading(reading, state) {
      print('reading', readingSums(reading, state));
    },
    events(events, participantOf) {
      for (const event of events) {
        if (event.event === 'withheld') print('withheld', { count: event.count, at_most: event.atMost });
        else if (event.event === 'not_known') print('not_known', { hashes: event.hashes });
        else print(event.event, toldJson(event, event.key ? participantOf(event.key) : null));
      }
    },
    disabled(keys, participantOf, isDryRun) {
      const event = isDryRun ? 'would_disable' : 'disabled';
      const undo = isDryRun ? {} : { undo: undoCommand(view) };
      for (const told of keys) print(event, { ...toldJson(told, told.key ? participantOf(told.key) : null), ...undo });
    },
    trouble: (message) => print('trouble', { message }),
    stopped: (message) => print('stopped', { message }),
  };
}

function isSameNotice(one: Told, other: Told): boolean {
  return one.rule === other.rule && one.key?.hash === other.key?.hash;
}

function toldJson(told: Told, participant: Participant | null) {
  const { key, value, threshold } = told;
  return {
    ...ownerJson(participant),
    key: key ? { name: key.name, hash: key.hash, label: key.label ?? null } : null,
    rule: ruleId(told.rule),
    value: sumUsd([value]),
    threshold: Number.isFinite(threshold) ? sumUsd([threshold]) : null,
  };
}

function eventText(event: WatchEvent, participantOf: ParticipantOf): string {
  switch (event.event) {
    case 'withheld':
      return `${event.count} keys would be disabled at once, more than ${event.atMost}: none is. If that is right, use a larger --at-most.`;
    case 'not_known':
      return `OpenRouter does not tell what ${event.hashes.length === 1 ? '1 key' : `${event.hashes.length} keys`} spent; they are not judged.`;
    case 'seen':
      return `${toldText(event, event.key ? participantOf(event.key) : null)}: seen once, waiting for a second look`;
    case 'off_already':
      return offAlreadyText(event, participantOf(event.key));
    case 'cleared':
      return clearedText(event, event.key ? participantOf(event.key) : null);
    case 'notice':
      return toldText(event, event.key ? participantOf(event.key) : null);
  }
}
