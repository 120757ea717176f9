import { usePostgres, WITHOUT_POSTGRES } from '../../support/postgres.ts';
import { openSharedWorld } from './shared-world.ts';
import { openWorld, type WorkshopWorld, type WorldOptions } from './workshop-world.ts';

/** Where the logs of a workshop are kept. What is proven of one has to hold for the other. */
export interface Keeper {
  where: 'files' | 'a database';
  /** for the names of tests: where, and why they are left out */
  name: string;
  isLeftOut: boolean;
  openWorld(options?: WorldOptions): Promise<WorkshopWorld>;
}

/** Call it at the top of a file of tests. */
export function useKeepers(): readonly Keeper[] {
  const server = usePostgres();
  return [
    { where: 'files', name: 'in files', isLeftOut: false, openWorld },
    {
      where: 'a database',
      name: `in a database${WITHOUT_POSTGRES}`,
      isLeftOut: WITHOUT_POSTGRES !== '',
      openWorld: (options) => openSharedWorld(server, options),
    },
  ];
}
