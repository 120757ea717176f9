/** Joins rows into groups, transitively and in near-linear time (union-find). */
export interface RowGroups {
  join(a: number, b: number): void;
  /** groups in the order of their first row, rows ascending */
  all(): number[][];
}

export function createGroups(size: number): RowGroups {
  const parent = Array.from({ length: size }, (_, index) => index);
  const root = (index: number): number => {
    let at = index;
    for (;;) {
      const up = parent[at] ?? at;
      if (up === at) return at;
      const above = parent[up] ?? up;
      parent[at] = above;
      at = above;
    }
  };
  return {
    join(a, b) {
      const [first, second] = [root(a), root(b)];
      parent[Math.max(first, second)] = Math.min(first, second);
    },
    all() {
      const groups = new Map<number, number[]>();
      for (let index = 0; index < size; index += 1) {
        const list = groups.get(root(index));
        if (list) list.push(index);
        else groups.set(root(index), [index]);
      }
      return [...groups.values()];
    },
  };
}
