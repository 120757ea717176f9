import { type EmailCell, parseEmailCell } from './email-cell.ts';

export interface LinkedCell extends EmailCell {
  /** the hyperlink's address when it is another one than the text's, or when only the link has one */
  remark: { code: 'link_differs' | 'link_used'; target: string } | undefined;
}

/**
 * A cell's text together with its mailto: link. What is seen counts: Excel keeps the old target when a text is typed over. The link counts where the text
 * has no address at all.
 */
export function parseLinkedCell(text: string, link: string | undefined): LinkedCell {
  const seen = parseEmailCell(text);
  if (link === undefined || !/^(?:mailto:|[^/:]+@)/i.test(link.trim())) return { ...seen, remark: undefined };
  const behind = parseEmailCell(link.trim());
  const target = behind.found.map(({ address }) => address).join(', ');
  if (target === '') return { ...seen, remark: undefined };
  if (seen.found.length === 0 && !text.includes('@')) return { ...behind, remark: { code: 'link_used', target } };
  const same = behind.found.every(({ key }) => seen.found.some((found) => found.key === key));
  return { ...seen, remark: same ? undefined : { code: 'link_differs', target } };
}
