export const PAGES = ['A4', 'Letter'] as const;
export type PageSize = (typeof PAGES)[number];

export const PER_PAGE = [2, 4, 8, 10] as const;
export type PerPage = (typeof PER_PAGE)[number];

/** Where everything is on a slip. Lengths in mm, sizes of type in points. */
export interface SlipLayout {
  perPage: PerPage;
  page: { width: number; height: number };
  columns: number;
  slip: { width: number; height: number };
  /** printers leave about 5 mm of a page white */
  margin: number;
  name: { width: number; height: number; largest: number };
  who: { width: number; height: number; largest: number };
  /** the code with its quiet zone */
  code: number;
  facts: { width: number };
  note: { width: number; height: number; largest: number };
  type: { facts: number; key: number; end: number };
}

const SIZES: Readonly<Record<PageSize, { width: number; height: number }>> = {
  A4: { width: 210, height: 297 },
  Letter: { width: 215.9, height: 279.4 },
};

/** What each number of slips has room for. */
const ROOM: Readonly<
  Record<PerPage, { columns: number; margin: number; name: [height: number, largest: number]; note: number } & Sizes>
> = {
  2: { columns: 1, margin: 12, name: [28, 32], who: [8, 13], note: 24, most: 84, facts: 12, key: 12, end: 34 },
  4: { columns: 2, margin: 9, name: [22, 20], who: [7, 10], note: 30, most: 42, facts: 9.5, key: 9, end: 24 },
  8: { columns: 2, margin: 6, name: [10.5, 15], who: [4.5, 8], note: 7.5, most: 42, facts: 7.5, key: 7.5, end: 17 },
  10: { columns: 2, margin: 4.5, name: [8.5, 13], who: [4, 7], note: 5, most: 36, facts: 6.5, key: 6.5, end: 13 },
};

interface Sizes {
  who: [height: number, largest: number];
  /** of the code */
  most: number;
  facts: number;
  key: number;
  end: number;
}

const GAP = 3;

export function slipLayout(size: PageSize, perPage: PerPage, hasCode: boolean): SlipLayout {
  const page = SIZES[size];
  const { columns, margin, name, who, note, most, facts, key, end } = ROOM[perPage];
  const slip = { width: page.width / columns, height: page.height / (perPage / columns) };
  const width = slip.width - 2 * margin;
  const body = slip.height - 2 * margin - name[0] - who[0] - 1;
  const code = hasCode ? Math.floor(Math.min(most, body) * 10) / 10 : 0;
  const left = width - (hasCode ? code + GAP : 0);
  return {
    perPage,
    page,
    columns,
    slip,
    margin,
    name: { width, height: name[0], largest: name[1] },
    who: { width, height: who[0], largest: who[1] },
    code,
    facts: { width: left },
    note: { width: left, height: note, largest: facts },
    type: { facts, key, end },
  };
}
