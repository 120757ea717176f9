const CENTRAL_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END = 0x06054b50;
const END_LENGTH = 22;
/** 1980-01-01 00:00, the earliest that a zip can say: DOS time 0, DOS date 33 */
const TIME = 0;
const DATE = 33;

/**
 * Sets the date of every entry of a zip to 1980-01-01, in place, so that the same content is the same file.
 * The layout is of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3; the zip has no comment and is no zip64.
 */
export function fixZipDates(zip: Uint8Array): void {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = zip.byteLength - END_LENGTH;
  if (end < 0 || view.getUint32(end, true) !== END) throw new Error('The workbook does not end as a zip does.');
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(at, true) !== CENTRAL_ENTRY) throw new Error('The workbook is no sound zip.');
    view.setUint16(at + 12, TIME, true);
    view.setUint16(at + 14, DATE, true);
    const local = view.getUint32(at + 42, true);
    if (view.getUint32(local, true) !== LOCAL_ENTRY) throw new Error('The workbook is no sound zip.');
    view.setUint16(local + 10, TIME, true);
    view.setUint16(local + 12, DATE, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
}
