/** A row of the table: a figure of ours held against a bound; it holds when their ratio is at most the target. */
export function atMost({ what, ours, unit, bound, boundIs, target = 1 }) {
  const ratio = ours / bound;
  return { what, ours, unit, bound, boundIs, ratio, target, ok: ratio <= target };
}

/** A row for what is counted: more than `target` of them do not hold. */
export function count({ what, ours, target }) {
  return { what, ours, unit: '', bound: target, boundIs: '', ratio: undefined, target, ok: ours <= target };
}
