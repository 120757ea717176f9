import type { Context } from '../context.ts';
import { cannotSaveError, usageError } from '../errors.ts';
import { nearMisses } from '../near-misses.ts';
import { isPassing } from '../postgres/database-error.ts';
import { addSlot, hasSlot, readSlots, removeSlot, type SlotRow } from '../postgres/workshops.ts';
import { fillSlot } from '../sealed-log/password-slot.ts';
import type { Secret } from '../secret.ts';
import { explained, openShared, type SharedWorkshop } from './shared-workshop.ts';

/** A password of a shared workshop: whose it is, and how many there are. */
export interface Passwords {
  where: string;
  prefix: string;
  /** whose, in the order in which they were added */
  labels: readonly string[];
}

export async function listPasswords(folder: string, ctx: Context): Promise<Passwords> {
  return passwordsOf(await openShared(folder, ctx));
}

/** Adds a password for somebody. Throws `share_exists` where they have one. */
export async function addPassword(
  folder: string,
  label: string,
  { password, dryRun }: { password: Secret; dryRun: boolean },
  ctx: Context,
): Promise<Passwords> {
  if (label === '') {
    throw usageError('usage', 'The name of whose password it is is empty.', { hint: 'orkeys share password add Anna' });
  }
  const shared = await openShared(folder, ctx);
  const { database, marker, key } = shared;
  let sent: SlotRow | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const slots = await explained(database, readSlots(database, marker.workshop));
    if (sent && hasSlot(slots, sent)) return passwordsOf(shared);
    if (slots.some((slot) => slot.label === label)) {
      throw usageError('share_exists', `${label} has a password of ${marker.prefix} already. Nothing was changed.`, {
        hint: `To replace it: orkeys share password remove ${label} --prefix ${marker.prefix}, then add it again.`,
      });
    }
    if (dryRun) return passwordsOf(shared);
    const id = Math.max(0, ...slots.map((slot) => slot.id)) + 1;
    sent = await fillSlot(key, password, { workshop: marker.workshop, id, label }, ctx.random);
    const isAdded = await addSlot(database, marker.workshop, sent).catch((error: unknown) => {
      if (!isPassing(error)) throw database.explain(error);
      return false;
    });
    if (isAdded) return passwordsOf(shared);
  }
  throw cannotSaveError('share_failed', `The password could not be added to ${marker.prefix}.`, {
    hint: 'Others add passwords at the same time. Run the same command again.',
  });
}

/** somebody may take the same number at the same moment, and an answer may be lost */
const ATTEMPTS = 5;

/** Removes somebody's password. Throws `share_password_unknown`, and `share_last_password` for the only one. */
export async function removePassword(
  folder: string,
  label: string,
  { dryRun }: { dryRun: boolean },
  ctx: Context,
): Promise<Passwords> {
  const shared = await openShared(folder, ctx);
  const { database, marker } = shared;
  const slots = await explained(database, readSlots(database, marker.workshop));
  const slot = slots.find((each) => each.label === label);
  if (!slot) {
    const labels = slots.map((each) => each.label);
    const near = nearMisses(label, labels, 1)[0];
    throw usageError('share_password_unknown', `${marker.prefix} has no password of ${label}. Nothing was changed.`, {
      hint: near === undefined ? `There are passwords of: ${labels.join(', ')}` : `Did you mean ${near}?`,
    });
  }
  const isRemoved =
    slots.length > 1 && (dryRun || (await explained(database, removeSlot(database, marker.workshop, slot))));
  const left = isRemoved ? [] : await explained(database, readSlots(database, marker.workshop));
  // Somebody else may have removed it meanwhile.
  if (left.some(({ id }) => id === slot.id)) {
    throw usageError(
      'share_last_password',
      `This is the only password of ${marker.prefix}, and nobody could join any more. Nothing was changed.`,
      { hint: `Add another one first: orkeys share password add NAME --prefix ${marker.prefix}` },
    );
  }
  return passwordsOf(shared);
}

async function passwordsOf({ database, marker }: SharedWorkshop): Promise<Passwords> {
  const slots = await explained(database, readSlots(database, marker.workshop));
  return { where: database.where, prefix: marker.prefix, labels: slots.map(({ label }) => label) };
}
