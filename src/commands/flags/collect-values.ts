/** For an option that can be repeated. */
export function collectValues(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
