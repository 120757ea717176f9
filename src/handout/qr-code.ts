import { correction, generate } from 'lean-qr';

/** A QR code as the square of dots that it is. */
export interface QrCode {
  /** dots on a side, without the quiet zone */
  size: number;
  /** the path of an SVG, to be filled: a rectangle for each run of dots in a row. Lines in place of them print with uneven rows. */
  path: string;
}

/** Level M: a code stays readable with a fold or a stain, and a key fits into 37 dots on a side. */
export function qrCode(text: string): QrCode {
  const code = generate(text, { minCorrectionLevel: correction.M });
  let path = '';
  let at = { x: 0, y: 0 };
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (!code.get(x, y)) continue;
      let end = x + 1;
      while (code.get(end, y)) end += 1;
      path += path === '' ? `M${x} ${y}` : `m${x - at.x} ${y - at.y}`;
      path += `h${end - x}v1H${x}z`;
      at = { x, y };
      x = end;
    }
  }
  return { size: code.size, path };
}
