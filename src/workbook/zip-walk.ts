const CENTRAL_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END = 0x06054b50;
const END_LENGTH = 22;

/**
 * Where the headers of each file of a zip are: in the directory, and before its content.
 * The layout is of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3; the zip has no comment and is no zip64.
 */
export function* zipHeaders(view: DataView): Generator<{ central: number; local: number }> {
  const end = view.byteLength - END_LENGTH;
  if (end < 0 || view.getUint32(end, true) !== END) throw new Error('The workbook does not end as a zip does.');
  let central = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(central, true) !== CENTRAL_ENTRY) throw new Error('The workbook is no sound zip.');
    const local = view.getUint32(central + 42, true);
    if (view.getUint32(local, true) !== LOCAL_ENTRY) throw new Error('The workbook is no sound zip.');
    yield { central, local };
    central +=
      46 + view.getUint16(central + 28, true) + view.getUint16(central + 30, true) + view.getUint16(central + 32, true);
  }
}
