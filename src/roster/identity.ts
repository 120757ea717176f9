/** An address as it is compared: case-folded, composed. */
export function foldEmail(email: string): string {
  return email.normalize('NFC').toLowerCase();
}

/** A name as it is compared: composed, lower case, single spaces. */
export function foldName(person: { name: string; surname: string }): string {
  return foldText(`${person.name} ${person.surname}`);
}

/** The same for the name of a group. */
export function foldText(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
