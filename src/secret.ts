const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** A value that must not leak: text, JSON, template strings and `util.inspect` show it masked. Only `reveal()` gives it out. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** Masked the way OpenRouter labels keys: `sk-or-v1-0e6...1c96`. */
  toString(): string {
    return maskSecret(this.#value);
  }

  toJSON(): string {
    return this.toString();
  }

  [INSPECT](): string {
    return `Secret(${this.toString()})`;
  }
}

/** Which secrets were seen, without giving any of them out. */
export class SecretSet {
  readonly #values = new Set<string>();

  /** Adds a secret; false when it was there already. */
  claim(secret: Secret): boolean {
    const before = this.#values.size;
    this.#values.add(secret.reveal());
    return this.#values.size > before;
  }
}

/** Shows at most the key's public prefix, 3 characters and the last 4; a short value is hidden whole. */
export function maskSecret(value: string): string {
  const prefix = /^sk-or-(?:v\d+-)?/.exec(value)?.[0] ?? '';
  const rest = value.slice(prefix.length);
  return rest.length < 16 ? `${prefix}...` : `${prefix}${rest.slice(0, 3)}...${rest.slice(-4)}`;
}

/** Masks whatever in a text looks like an OpenRouter key. For texts that come from outside: error bodies, messages of libraries. */
export function redactSecrets(text: string): string {
  return text.replaceAll(/sk-or-[A-Za-z0-9_-]{8,}/g, (found) => maskSecret(found));
}
