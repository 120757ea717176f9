import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useWorkshop } from '../support/workshop-world.ts';

/** Journals are told apart by the time of their last line, so time has to pass. */
function tickingClock(): () => Date {
  let time = Date.parse('2026-03-02T09:00:00Z');
  return () => {
    time += 1000;
    return new Date(time);
  };
}

test.each([
  ['update', ['--limit', '9']],
  ['rotate', []],
  ['revoke', []],
])(
  '%s changes nothing where another run changed the workshop after the keys were selected: exit 7',
  async (command, flags) => {
    const { cwd, server, run, screen, sent } = await useWorkshop({ now: tickingClock() });
    sent();
    let isOther = false;
    server.setRules(({ route }) => {
      if (route !== 'GET /keys' || isOther) return undefined;
      isOther = true;
      return { wait: () => run(['update', '--email', 'zane@example.org', '--limit', '3', '--yes']) };
    });
    const shown = screen(await run([command, '--email', 'anda@example.org', '--yes', ...flags]));
    expect(shown).toContain(
      'exit 7\n--- stdout\n--- stderr\n' +
        'Error: Another run has just modified <folder>/output/WS. This run changed nothing.\n' +
        'Hint: Run the same command again.\n',
    );
    expect(sent()).toEqual(['PATCH /keys/{hash} {"limit":3}']);
    const journal = readFileSync(join(cwd, 'output', 'WS', 'journal.jsonl'), 'utf8');
    expect(journal.match(/"type":"change[d]?"/g)).toHaveLength(2);
    expect((await run([command, '--email', 'anda@example.org', '--yes', ...flags])).code).toBe(0);
  },
);
