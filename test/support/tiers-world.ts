import type { FaultyOptions } from './faulty-server.ts';
import { useWorkshop } from './workshop-world.ts';

/** A tiers file of the sandbox's own models. */
export const TIERS = {
  version: 1,
  default: 'basic',
  tiers: {
    basic: { models: ['openai/gpt-6-luna', 'deepseek/deepseek-r1-0528:free'] },
    pro: { extends: 'basic', models: ['anthropic/claude-sonnet-5.5'], limit: 5, limit_reset: 'weekly' },
    any: { models: 'any' },
  },
};

/** Anda is in no tier of her own, Jānis in pro, Zane in one with every model. */
export const TIERED = `E-mail,Name,Surname,Tier
anda@example.org,Anda,Ozola,
janis@example.org,Jānis,Bērziņš,Pro
zane@example.org,Zane,Kalna,any
`;

export const APPLY = ['tiers', 'apply', '--tiers', 'tiers.json', '--prefix', 'WS', '--yes'];

/** Three people with keys, a tiers file, and what the account says of guardrails. Call it inside a test. */
export async function useTieredWorkshop(options: FaultyOptions = {}) {
  const world = await useWorkshop(options);
  const { account } = world.server;
  world.write('tiers.json', JSON.stringify(TIERS));
  world.write('team.csv', TIERED);
  const guardrails = () => account.guardrails.list(0, 100, undefined).data;
  return {
    ...world,
    guardrails,
    /** person → name of the guardrail that binds the key */
    bound: (): Record<string, string> => {
      const names = new Map(guardrails().map(({ id, name }) => [id, name]));
      return Object.fromEntries(
        account.guardrails
          .assignments(0, 100)
          .data.map(({ key_name, guardrail_id }) => [
            key_name.split('_')[1] ?? '',
            names.get(guardrail_id) ?? guardrail_id,
          ]),
      );
    },
    /** somebody else's guardrail on a key */
    bindForeign: (name: string, person: string, allowed_models?: string[]) => {
      const { id } = account.guardrails.create({ name, ...(allowed_models ? { allowed_models } : {}) }).data;
      account.guardrails.bind(id, { key_hashes: [world.hashOf(person)] });
      return id;
    },
    changeTiers: (tiers: object) => world.write('tiers.json', JSON.stringify({ ...TIERS, tiers })),
  };
}
