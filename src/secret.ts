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

/**
 * Masks what must not be shown: whatever looks like an OpenRouter key, and the very secrets of this run whatever they look like, as
 * they are, in URL encoding and in base64. One for each run of the program: what learns a secret and what shows text share it.
 */
export class Redactor {
  /** beginning → the forms of secrets that begin so, with what is shown in their place */
  readonly #forms = new Map<string, Map<string, string>>();
  /** those whose forms are not made yet: they take 2 kB each, and most runs mask no text after their last new key */
  #learned: Secret[] = [];

  learn(secret: Secret): void {
    this.#learned.push(secret);
  }

  /** Whether a text shows a secret. */
  finds(text: string): boolean {
    return this.redact(text) !== text;
  }

  redact(text: string): string {
    this.#makeForms();
    return redactSecrets(this.#forms.size === 0 ? text : this.#maskKnown(text));
  }

  #makeForms(): void {
    for (const secret of this.#learned) {
      const value = secret.reveal();
      if (value.length < SHORTEST_KNOWN) continue;
      for (const form of formsOf(value)) {
        const start = form.slice(0, SHORTEST_KNOWN);
        const forms = this.#forms.get(start) ?? new Map<string, string>();
        this.#forms.set(start, forms.set(form, secret.toString()));
      }
    }
    this.#learned = [];
  }

  #maskKnown(text: string): string {
    let shown = '';
    let from = 0;
    for (let at = 0; at + SHORTEST_KNOWN <= text.length; ) {
      const forms = this.#forms.get(text.slice(at, at + SHORTEST_KNOWN)) ?? [];
      const [form, mask] = [...forms].find(([form]) => text.startsWith(form, at)) ?? [];
      if (form === undefined) {
        at += 1;
        continue;
      }
      shown += `${text.slice(from, at)}${mask}`;
      at += form.length;
      from = at;
    }
    return shown + text.slice(from);
  }
}

/** Shorter values are no secrets, but words that occur anywhere. */
const SHORTEST_KNOWN = 12;

/** How a secret may stand in a text. In base64 its letters depend on how many bytes stand before it, modulo three. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    // What also holds bits of the neighbours is left out.
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return [
    value,
    encodeURIComponent(value),
    percent,
    percent.toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('-', '+').replaceAll('_', '/')),
  ];
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
