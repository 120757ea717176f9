/** The commands of a whole workshop, in a place with the examples; a team with tiers after it. */
export const LIFE: readonly (readonly string[])[] = [
  ['init'],
  ['profiles'],
  ['roster', 'check', 'participants.xlsx'],
  ['provision', 'participants.xlsx', '--limit', '1', '--rate', 'off', '--yes', '--sandbox'],
  ['provision', 'participants.xlsx', '--limit', '1', '--rate', 'off', '--yes', '--sandbox'],
  ['sync', 'participants.xlsx', '--limit', '2', '--rate', 'off', '--yes', '--sandbox'],
  ['import', 'kept.csv', '--prefix', 'kept', '--dry-run', '--sandbox'],
  ['create', 'Solo', '--yes', '--sandbox'],
  ['list', '--prefix', 'participants', '--sandbox'],
  ['show', 'anda', '--sandbox'],
  ['verify', '--prefix', 'participants', '--rate', 'off', '--sandbox'],
  ['handout', 'slips', 'participants', '--sandbox'],
  ['handout', 'files', 'participants', '--zip', '--sandbox'],
  ['handout', 'table', 'participants', '--sandbox'],
  ['handout', 'sealed', 'participants', '--sandbox'],
  ['handout', 'drafts', 'participants', '--sandbox'],
  ['handout', 'moodle', 'participants', '--worksheet', 'grades.csv', '--sandbox'],
  ['mail', 'preview', 'participants', '--sandbox'],
  ['mail', 'test', 'participants', '--to', 'zane@example.org', '--sandbox'],
  ['mail', 'send', 'participants', '--yes', '--sandbox'],
  ['mail', 'status', 'participants', '--sandbox'],
  ['sandbox', 'spend', 'participants'],
  ['usage', 'participants', '--save', '--sandbox'],
  ['watch', 'participants', '--once', '--sandbox'],
  ['update', '--prefix', 'participants', '--add-limit', '1', '--rate', 'off', '--yes', '--sandbox'],
  ['rotate', '--prefix', 'participants', '--rate', 'off', '--yes', '--sandbox'],
  ['export', 'participants', '--sandbox'],
  ['journal', 'verify', 'participants', '--sandbox'],
  ['budget', 'show', '--workspace', 'default', '--sandbox'],
  ['whoami', '--sandbox'],
  ['doctor', '--sandbox'],
  ['revoke', '--prefix', 'participants', '--rate', 'off', '--yes', '--sandbox'],
  ['purge', 'participants', '--yes', '--sandbox'],
  ['tiers', 'check', 'tiers.json', '--sandbox'],
  ['provision', 'team.csv', '--tiers', 'tiers.json', '--rate', 'off', '--yes', '--sandbox'],
  ['tiers', 'apply', 'team.csv', '--tiers', 'tiers.json', '--prefix', 'team', '--rate', 'off', '--yes', '--sandbox'],
  ['tiers', 'show', '--prefix', 'team', '--sandbox'],
];

/** What these commands read besides the examples. */
export const FILES_OF_LIFE = {
  'kept.csv': 'E-mail,Name,api_key\nada@example.org,Ada,sk-or-v1-test-of-nobody-0123456789\n',
  'team.csv': 'E-mail,Name,Tier\nada@example.org,Ada,free\nbo@example.org,Bo,basic\n',
  'grades.csv': 'Identifier,Full name,Email address\nParticipant 7,Anda Baklāne,anda.baklane@example.org\n',
};

/** Commands that other tests run by the single executable. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  start: 'test/terminal/start.test.ts',
  login: 'test/program/key-store.test.ts',
  logout: 'test/program/key-store.test.ts',
  share: 'test/program/shared.test.ts',
  completion: 'test/program/executable.test.ts',
};
