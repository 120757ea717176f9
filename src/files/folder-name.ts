/**
 * A prefix as the name of one folder, on every platform: what Windows cannot have is refused on Linux too, because folders travel.
 * The name is never changed: two prefixes must not meet in one folder.
 */
export function safeFolderName(prefix: string): { name: string } | { problem: string } {
  const problem = problemOf(prefix);
  return problem === undefined ? { name: prefix } : { problem };
}

/** Names that Windows keeps for devices, whatever follows the first dot. */
export function isReservedOnWindows(name: string): boolean {
  return RESERVED.test(name);
}

/** Windows: devices, with any extension and in any case. ¹ ² ³ count as digits. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])[ .]*(?:\.|$)/i;
/** bytes; file systems take 255, and Windows 260 characters for a whole path */
const LONGEST = 100;

function problemOf(name: string): string | undefined {
  if (name.trim() === '') return 'it is empty';
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)) return 'it contains invisible control characters';
  if (/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/.test(name))
    return 'it contains invisible text-direction characters';
  const illegal = /[/\\:*?"<>|]/.exec(name)?.[0];
  if (illegal !== undefined) return `it contains ${illegal}, which is not allowed in folder names`;
  if (name.startsWith('.')) return 'it starts with a dot';
  if (/[. ]$/.test(name)) return 'it ends with a dot or a space, which Windows removes';
  if (name.startsWith(' ')) return 'it starts with a space';
  if (name.startsWith('-')) return 'it starts with a hyphen, which looks like an option';
  if (isReservedOnWindows(name)) return 'Windows reserves this name';
  if (Buffer.byteLength(name) > LONGEST) return `it is longer than ${LONGEST} bytes`;
  return undefined;
}
