import { zipHeaders } from './zip-walk.ts';

/** 1980-01-01 00:00, the earliest that a zip can say: DOS time 0, DOS date 33 */
const TIME = 0;
const DATE = 33;

/** Sets the date of every entry of a zip to 1980-01-01, in place, so that the same content is the same file. */
export function fixZipDates(zip: Uint8Array): void {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  for (const { central, local } of zipHeaders(view)) {
    view.setUint16(central + 12, TIME, true);
    view.setUint16(central + 14, DATE, true);
    view.setUint16(local + 10, TIME, true);
    view.setUint16(local + 12, DATE, true);
  }
}
