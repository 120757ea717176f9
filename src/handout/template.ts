/** What a template asked for that does not exist. */
export interface TemplateProblem {
  /** 1-based */
  line: number;
  name: string;
}

/** `{{name}}` with optional spaces; there is no other syntax. */
const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** All placeholders that are none of the known names. */
export function templateProblems(template: string, known: readonly string[]): TemplateProblem[] {
  return template
    .split('\n')
    .flatMap((text, index) =>
      [...text.matchAll(PLACEHOLDER)].flatMap(([, name = '']) =>
        known.includes(name) ? [] : [{ line: index + 1, name }],
      ),
    );
}

/** A value is put in once and never read as a template itself. */
export function fillTemplate(template: string, values: ReadonlyMap<string, string>): string {
  return template.replaceAll(PLACEHOLDER, (found, name: string) => values.get(name) ?? found);
}
