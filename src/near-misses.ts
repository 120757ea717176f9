/** Of `known` those that somebody who typed `typed` may have meant, the nearest first, at most `most`. Case does not matter. */
export function nearMisses(typed: string, known: readonly string[], most = 5): string[] {
  const wanted = fold(typed);
  return known
    .map((text) => ({ text, distance: distanceOf(wanted, fold(text)) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ text }) => text);
}

/** Without case and accents: `Baklane` is meant to be `Baklāne`. */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** A part of a name is as good as near: 0.5. Otherwise how many letters must change. */
function distanceOf(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length > 2 && b.includes(a)) return 0.5;
  return letterChanges(a, b);
}

/** Levenshtein's distance. */
function letterChanges(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}
