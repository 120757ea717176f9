import { expect } from 'vitest';
import { livingAttempt } from '../../../src/journal/attempt.ts';
import { assignPeople } from '../../../src/journal/people.ts';
import type { Participant } from '../../../src/roster/participant.ts';
import type { Chance } from './chance.ts';
import { SEED } from './form.ts';
import { PREFIX, readState, type Simulation } from './simulated-run.ts';

export interface SimulatedWorld extends Simulation {
  participants: Participant[];
}

/** Keys of others, in every world. */
export const FOREIGN: readonly string[] = ['Other_Anda_Liepa', 'V_Peteris_Ozols_abcdefgh', 'Ww_Ilze_Kalna'];

/** A failing history is printed as its seed; ORKEYS_SEED=<seed> runs that one alone. */
export async function forEverySeed(histories: number, check: (seed: number) => Promise<void>): Promise<void> {
  const seeds = SEED === undefined ? Array.from({ length: histories }, (_, index) => index + 1) : [SEED];
  for (const seed of seeds) {
    try {
      await check(seed);
    } catch (error) {
      throw new Error(`History ${seed} breaks a promise; replay it with ORKEYS_SEED=${seed}`, { cause: error });
    }
  }
}

export function checkKeys(world: SimulatedWorld): void {
  const state = readState(world);
  const peopleOf = assignPeople(state, world.participants);
  const live = new Map(
    [...world.service.keys.values()]
      .filter((key) => key.name.startsWith(`${PREFIX}_`) && !key.disabled)
      .map((key) => [key.hash, key]),
  );
  for (const participant of world.participants) {
    const held = livingAttempt(peopleOf(participant).flatMap(({ attempts }) => attempts));
    const key = live.get(held?.facts.hash ?? '');
    expect(key, `${participant.name} has a live key`).toBeDefined();
    expect(held?.secret?.reveal(), `the secret of ${participant.name} is in the journal`).toBe(key?.secret);
    live.delete(held?.facts.hash ?? '');
  }
  expect([...live.values()], 'keys that nobody has').toEqual([]);
  checkForeignKeys(world);
}

export function checkForeignKeys({ service }: SimulatedWorld): void {
  const names = [...service.keys.values()].map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...FOREIGN]));
  expect([...service.touched.values()].filter((name) => FOREIGN.includes(name))).toEqual([]);
}

export function checkJournal(world: SimulatedWorld): void {
  const text = Buffer.from(world.disk.read()).toString();
  const lost = [...world.service.acknowledged].filter((secret) => !text.includes(`"${secret}"`));
  expect(lost, 'secrets that were saved once').toEqual([]);
}

export function roster(chance: Chance): Participant[] {
  const names = ['Anda', 'Pēteris', 'Ilze', 'Jānis', 'Zoë'].slice(0, 1 + chance.below(5));
  return names.map((name, index) => ({
    row: index + 2,
    rows: [index + 2],
    name,
    surname: 'Liepa',
    emails: chance.happens(0.8) ? [`p${index}@example.org`] : [],
  }));
}

export function isExpected(error: unknown): boolean {
  return error instanceof Error && error.name === 'CliError';
}
