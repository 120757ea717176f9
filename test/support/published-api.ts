import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Schema = Record<string, unknown>;
type PublishedApi = Record<string, Record<string, { request?: Schema; responses: Record<string, Schema> }>>;

const API: PublishedApi = JSON.parse(
  readFileSync(new URL('../fixtures/openapi-keys.json', import.meta.url), 'utf8'),
  // An answer that says more than is published would teach the client fields that do not exist.
  (_, value) => (isObjectSchema(value) ? { additionalProperties: false, ...value } : value),
);
const ajv = new Ajv2020({ strict: false, allErrors: true });
const compiled = new Map<string, ValidateFunction>();

/** What an answer has that OpenRouter's published description does not allow, or lacks; empty when it conforms. */
export function deviations(method: string, url: string, status: number, body: unknown): string[] {
  const path = templateOf(new URL(url, 'http://sandbox').pathname.replace('/api/v1', ''));
  const responses = API[path]?.[method.toLowerCase()]?.responses ?? {};
  const schema = responses[status] ?? (status >= 400 ? anyError() : undefined);
  if (schema === undefined) return [`${method} ${path} is not published to answer ${status}`];
  const name = `${method} ${path} ${status}`;
  const validate = compiled.get(name) ?? ajv.compile(schema);
  compiled.set(name, validate);
  validate(body);
  return (validate.errors ?? []).map((error) => `${name} ${error.instancePath} ${error.message}`);
}

function templateOf(path: string): string {
  return path
    .replace(/^\/keys\/.+/, '/keys/{hash}')
    .replace(/^\/workspaces\/[^/]+/, '/workspaces/{id}')
    .replace(/\/budgets\/[^/]+$/, '/budgets/{interval}');
}

/** Where no answer of that status is published: the shape that all published errors share. */
function anyError(): Schema {
  return API['/keys']?.post?.responses['400'] ?? {};
}

function isObjectSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'properties' in value && 'type' in value;
}
