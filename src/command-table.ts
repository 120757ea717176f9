import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { CommandHost } from './commands/host.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './errors.ts';

/** The program with every command loaded. */
export type WholeProgram = () => Promise<CommandUnknownOpts>;

/** Runs another command line, as if it had been typed instead. */
type RunCommand = (args: readonly string[], ctx: Context) => Promise<ExitCode>;

/** All commands, in the order of the help. A command is loaded only when it is named: the others are a name and a line of help. */
export const COMMANDS = [
  {
    name: 'start',
    group: 'Create keys:',
    summary: 'create keys from a spreadsheet, guided by questions',
    load: async (host: CommandHost, _: WholeProgram, runCommand: RunCommand) =>
      (await import('./commands/start/command.ts')).createStartCommand(host, runCommand),
  },
  {
    name: 'provision',
    group: 'Create keys:',
    summary: 'create one key for each participant in a roster',
    load: async (host: CommandHost) => (await import('./commands/provision/command.ts')).createProvisionCommand(host),
  },
  {
    name: 'sync',
    group: 'Create keys:',
    summary: 'create and update keys to match a roster',
    load: async (host: CommandHost) => (await import('./commands/sync/command.ts')).createSyncCommand(host),
  },
  {
    name: 'create',
    group: 'Create keys:',
    summary: 'create a single key, without a roster',
    load: async (host: CommandHost) => (await import('./commands/create/command.ts')).createCreateCommand(host),
  },
  {
    name: 'import',
    group: 'Create keys:',
    summary: 'take keys that were made elsewhere into a workshop',
    load: async (host: CommandHost) => (await import('./commands/import/command.ts')).createImportCommand(host),
  },
  {
    name: 'list',
    group: 'Look at keys:',
    summary: 'list the keys on the account',
    load: async (host: CommandHost) => (await import('./commands/list/command.ts')).createListCommand(host),
  },
  {
    name: 'show',
    group: 'Look at keys:',
    summary: 'show one key in full, with its owner',
    load: async (host: CommandHost) => (await import('./commands/show/command.ts')).createShowCommand(host),
  },
  {
    name: 'usage',
    group: 'Look at keys:',
    summary: 'show who spent what, by person, model and day',
    load: async (host: CommandHost) => (await import('./commands/usage/command.ts')).createUsageCommand(host),
  },
  {
    name: 'watch',
    group: 'Look at keys:',
    summary: 'tell who spends too much, and disable their keys if asked',
    load: async (host: CommandHost) => (await import('./commands/watch/command.ts')).createWatchCommand(host),
  },
  {
    name: 'update',
    group: 'Change keys:',
    summary: 'change limits, or disable or enable keys',
    load: async (host: CommandHost) => (await import('./commands/update/command.ts')).createUpdateCommand(host),
  },
  {
    name: 'rotate',
    group: 'Change keys:',
    summary: 'replace keys with new ones',
    load: async (host: CommandHost) => (await import('./commands/rotate/command.ts')).createRotateCommand(host),
  },
  {
    name: 'revoke',
    group: 'Change keys:',
    summary: 'permanently delete keys',
    load: async (host: CommandHost) => (await import('./commands/revoke/command.ts')).createRevokeCommand(host),
  },
  {
    name: 'tiers',
    group: 'Change keys:',
    summary: 'limit keys to the models of their tier',
    load: async (host: CommandHost) => (await import('./commands/tiers/command.ts')).createTiersCommand(host),
  },
  {
    name: 'budget',
    group: 'Change keys:',
    summary: 'cap what all keys of a workspace spend together (Enterprise plan)',
    load: async (host: CommandHost) => (await import('./commands/budget/command.ts')).createBudgetCommand(host),
  },
  {
    name: 'handout',
    group: 'Hand keys out:',
    summary: 'hand keys out: slips to print, files, tables',
    load: async (host: CommandHost) => (await import('./commands/handout/command.ts')).createHandoutCommand(host),
  },
  {
    name: 'mail',
    group: 'Hand keys out:',
    summary: 'send every participant their key by email',
    load: async (host: CommandHost) => (await import('./commands/mail/command.ts')).createMailCommand(host),
  },
  {
    name: 'purge',
    group: 'Change keys:',
    summary: 'remove the secrets of deleted keys from this computer',
    load: async (host: CommandHost) => (await import('./commands/purge/command.ts')).createPurgeCommand(host),
  },
  {
    name: 'verify',
    group: 'Check and repair:',
    summary: 'test every saved key, at no cost',
    load: async (host: CommandHost) => (await import('./commands/verify/command.ts')).createVerifyCommand(host),
  },
  {
    name: 'roster',
    group: 'Check and repair:',
    summary: 'check how orkeys reads a roster',
    load: async (host: CommandHost) => (await import('./commands/roster/command.ts')).createRosterCommand(host),
  },
  {
    name: 'doctor',
    group: 'Check and repair:',
    summary: 'check the setup and suggest fixes',
    load: async (host: CommandHost) => (await import('./commands/doctor/command.ts')).createDoctorCommand(host),
  },
  {
    name: 'journal',
    group: 'Check and repair:',
    summary: "check or repair a workshop's journal",
    load: async (host: CommandHost) => (await import('./commands/journal/command.ts')).createJournalCommand(host),
  },
  {
    name: 'export',
    group: 'Check and repair:',
    summary: 'rebuild keys.json and keys.xlsx from the journal',
    load: async (host: CommandHost) => (await import('./commands/export/command.ts')).createExportCommand(host),
  },
  {
    name: 'init',
    group: 'Set up:',
    summary: 'prepare this folder: .env, .gitignore and a sample roster',
    load: async (host: CommandHost) => (await import('./commands/init/command.ts')).createInitCommand(host),
  },
  {
    name: 'login',
    group: 'Set up:',
    summary: 'save a management key in the key store of this computer',
    load: async (host: CommandHost) => (await import('./commands/login/command.ts')).createLoginCommand(host),
  },
  {
    name: 'logout',
    group: 'Set up:',
    summary: 'remove a saved management key from this computer',
    load: async (host: CommandHost) => (await import('./commands/logout/command.ts')).createLogoutCommand(host),
  },
  {
    name: 'profiles',
    group: 'Set up:',
    summary: 'show the saved management keys',
    load: async (host: CommandHost) => (await import('./commands/profiles/command.ts')).createProfilesCommand(host),
  },
  {
    name: 'share',
    group: 'Set up:',
    summary: 'share a workshop with other people, through a database',
    load: async (host: CommandHost) => (await import('./commands/share/command.ts')).createShareCommand(host),
  },
  {
    name: 'whoami',
    group: 'Set up:',
    summary: 'show which management key and account are in use',
    load: async (host: CommandHost) => (await import('./commands/whoami/command.ts')).createWhoamiCommand(host),
  },
  {
    name: 'sandbox',
    group: 'Set up:',
    summary: 'run a simulated OpenRouter on this computer',
    load: async (host: CommandHost) => (await import('./commands/sandbox/command.ts')).createSandboxCommand(host),
  },
  {
    name: 'completion',
    group: 'Set up:',
    summary: 'print a shell completion script',
    load: async (host: CommandHost, wholeProgram: WholeProgram) =>
      (await import('./commands/completion/command.ts')).createCompletionCommand(host, wholeProgram),
  },
] as const;
