// Pseudonyms of names: hosts, users, folders and interfaces, numbered as they come. A name is one wherever it stands,
// whatever its case.

import { isIpAddress } from '../address/ip.ts';

const NOUNS = { host: 'host', user: 'user', folder: 'folder', interface: 'interface' } as const;
export type Noun = keyof typeof NOUNS;

/** Names that say nothing of anybody. */
const EVERYBODYS: Readonly<Record<Noun, RegExp>> = {
  host: /^(localhost|self|-|)$/i,
  user: /^(root|nobody|%[a-z]|)$/,
  folder: /^(%[a-z]|\.{0,2}|bin|chroot|data|etc|export|ftp|home|jail|lib|mnt|opt|root|sftp|srv|tmp|usr|var|none)$/,
  interface:
    /^(lo|eth\d+|en[ops]\d[a-z0-9]*|wl[ops]\d[a-z0-9]*|wlan\d+|bond\d+|br\d+|docker\d+|ppp\d+|tap\d+|tun\d+|wg\d+|any|)(\.\d+)?$/,
};

export class Names {
  readonly #pseudonyms = new Map<string, string>();
  readonly #counts = new Map<Noun, number>();
  #pattern: RegExp | null = null;

  learn(name: string, noun: Noun): void {
    const key = name.toLowerCase();
    if (EVERYBODYS[noun].test(name) || isIpAddress(name) || this.#pseudonyms.has(key)) return;
    const count = (this.#counts.get(noun) ?? 0) + 1;
    this.#counts.set(noun, count);
    this.#pseudonyms.set(key, `${NOUNS[noun]}-${count}`);
    this.#pattern = null;
  }

  pseudonymOf(name: string): string | undefined {
    return this.#pseudonyms.get(name.toLowerCase());
  }

  /** Matches every name that was learned, as a word of its own; the longest first. */
  get pattern(): RegExp {
    this.#pattern ??= new RegExp(this.#source(), 'giu');
    return this.#pattern;
  }

  #source(): string {
    const names = [...this.#pseudonyms.keys()].sort((a, b) => b.length - a.length).map(escaped);
    return names.length === 0 ? NOTHING : `${NO_WORD_BEFORE}(?:${names.join('|')})${NO_WORD_AFTER}`;
  }
}

const NOTHING = '(?!)';
const NO_WORD_BEFORE = String.raw`(?<![\p{L}\p{N}_])`;
const NO_WORD_AFTER = String.raw`(?![\p{L}\p{N}_])`;

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
