import type { SandboxAccount } from '../../src/sandbox/account.ts';
import type { StoredKey } from '../../src/sandbox/api-key.ts';

/** One request as the faulty server saw it. */
export interface RequestRecord {
  /** 1, 2, 3 … in the order of arrival */
  n: number;
  method: string;
  /** path and query, without `/api/v1` */
  path: string;
  /** `POST /keys`, `GET /keys`, `PATCH /keys/{hash}`, `GET /key` … */
  route: string;
  /** how many requests of this route there were, with this one */
  nth: number;
  authorization: string | undefined;
  body: string;
  /** of the body, or of the key that the path names */
  name: string | undefined;
  /** the end of the name, where it looks like a tag */
  tag: string | undefined;
  /** the account did what was asked for; may become true later */
  committed: boolean;
  /** of the key that this request made */
  secret: string | undefined;
  hash: string | undefined;
  /** what was answered; 0 = nothing */
  status: number;
}

interface LiveKey extends StoredKey {
  secret: string | undefined;
  tag: string | undefined;
}

/** What is true on the server's side, to compare with what a client believes. */
export interface Oracle {
  /** all keys of the account, oldest first; with the secret where this server made it */
  liveKeys(): LiveKey[];
  /** keys named `<prefix>_<person>_<tag>`, by person */
  livingByPerson(prefix: string): Map<string, LiveKey[]>;
  /** POST /keys that arrived, by tag: also those that were reset or refused. Narrow with `counts`. */
  postsPerTag(counts?: (request: RequestRecord) => boolean): Map<string, number>;
  /** every secret that was ever made here: none may show up where it should not */
  mintedSecrets(): string[];
}

export function createOracle(account: SandboxAccount, requests: readonly RequestRecord[]): Oracle {
  function liveKeys(): LiveKey[] {
    const secrets = new Map(requests.flatMap(({ hash, secret }) => (hash && secret ? [[hash, secret]] : [])));
    return account.toJSON().keys.map((key) => ({ ...key, secret: secrets.get(key.hash), tag: tagOf(key.name) }));
  }
  return {
    liveKeys,
    livingByPerson(prefix) {
      const people = new Map<string, LiveKey[]>();
      for (const key of liveKeys()) {
        if (!key.name.startsWith(`${prefix}_`) || key.tag === undefined) continue;
        const person = key.name.slice(prefix.length + 1, -key.tag.length - 1);
        people.set(person, [...(people.get(person) ?? []), key]);
      }
      return people;
    },
    postsPerTag(counts = () => true) {
      const posts = new Map<string, number>();
      for (const request of requests) {
        if (request.route !== 'POST /keys' || request.tag === undefined || !counts(request)) continue;
        posts.set(request.tag, (posts.get(request.tag) ?? 0) + 1);
      }
      return posts;
    },
    mintedSecrets: () => requests.flatMap(({ secret }) => (secret === undefined ? [] : [secret])),
  };
}

/** The last part of a key's name when it is 8 or more digits of lower-case base32. */
export function tagOf(name: string): string | undefined {
  return /_([a-z2-7]{8,})$/.exec(name)?.[1];
}
