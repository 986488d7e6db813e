// --redact: the same evidence with pseudonyms for addresses, MACs and names, the same one wherever a name stands, inside
// sentences too. What follows from the evidence is then diagnosed again, so that no sentence has to be mended.

import { isIPv6 } from 'node:net';
import type { Evidence } from '../evidence.ts';
import { ipv4Pseudonyms, ipv6Pseudonyms } from './addresses.ts';
import { learnNames } from './learn.ts';
import { macPseudonyms } from './macs.ts';
import { Names } from './names.ts';
import { isVocabulary } from './vocabulary.ts';

/** Names that no evidence says are names: of this machine, and of who runs netcheck. */
export interface KnownNames {
  readonly hosts: readonly string[];
  readonly users: readonly string[];
}

// In one expression, so that no pseudonym is taken for a name again. What a MAC or an address could be a part of is none.
const PAIRS = String.raw`[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}`;
const MAC = `(?<![0-9a-f:.-])(?:${PAIRS})(?!:?[0-9a-f]|[.-][0-9a-f]{2})`;
const CARD_NAME = String.raw`(?<=\b(?:enx|wlx))[0-9a-f]{12}\b`;
const FINGERPRINT = String.raw`\b(?:SHA256|MD5):[^\s"',;)\]]+`;
const IPV6 = `(?<![0-9a-z:.])[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f:.]*(?<![.]|[^:]:)`;
const IPV4 = String.raw`(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)`;
const AT_HOST = String.raw`(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@[\p{L}\p{N}._-]*[\p{L}\p{N}]`;
const DOMAIN = String.raw`(?<![\p{L}\p{N}_./-])[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)*\.\p{L}{2,}(?![\p{L}\p{N}_-])`;
const HOME = String.raw`(?<=/home/|/Users/)[^/\s"',;:)]+`;

export function redactEvidence(evidence: readonly Evidence[], known: KnownNames): Evidence[] {
  const names = new Names();
  learnNames(evidence, names);
  for (const host of known.hosts) names.learn(host, 'host');
  for (const user of known.users) names.learn(user, 'user');

  const texts = [...stringsOf(evidence)];
  for (const text of texts) learnFromSentence(text, names);
  const addresses = texts.flatMap((text) => text.match(ADDRESSES) ?? []);
  const ipv4 = ipv4Pseudonyms(addresses.filter((text) => !text.includes(':')));
  const ipv6 = ipv6Pseudonyms(addresses.filter(isIPv6));
  const mac = macPseudonyms(evidence.map((item) => [...stringsOf(item)].flatMap(macsIn)));
  const fingerprints = new Map<string, string>();
  const fingerprint = (text: string): string => {
    const pseudonym = fingerprints.get(text) ?? `SHA256:redacted-${fingerprints.size + 1}`;
    fingerprints.set(text, pseudonym);
    return pseudonym;
  };

  const everything = new RegExp(
    [
      `(?<mac>${MAC})`,
      `(?<card>${CARD_NAME})`,
      `(?<fingerprint>${FINGERPRINT})`,
      `(?<ipv6>${IPV6})`,
      `(?<ipv4>${IPV4})`,
      `(?<name>${names.pattern.source})`,
    ].join('|'),
    'giu',
  );
  const scrub = (text: string): string =>
    text.replaceAll(everything, (match: string, ...rest: unknown[]) => {
      const groups = rest.at(-1) as Record<string, string | undefined>;
      if (groups.mac !== undefined) return mac(colons(match));
      if (groups.card !== undefined) return mac(colons(match)).replaceAll(':', '');
      if (groups.fingerprint !== undefined) return fingerprint(match);
      if (groups.ipv6 !== undefined) return isIPv6(match) ? ipv6(match) : match;
      if (groups.ipv4 !== undefined) return ipv4(match);
      return names.pseudonymOf(match) ?? match;
    });

  const redact = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return isVocabulary(key, value) ? value : scrub(opaque(key, value));
    if (Array.isArray(value)) return value.map((item) => redact(item, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, redact(item, name)]));
  };
  return evidence.map((item, index) => {
    const id = /^[a-z]+-\d+$/.test(item.id) ? item.id : `evidence-${index + 1}`;
    return { ...(redact(item, '') as Evidence), id };
  });
}

const ADDRESSES = new RegExp(`${IPV6}|${IPV4}(?:/\\d{1,2})?`, 'giu');
const MACS = new RegExp(`${MAC}|${CARD_NAME}`, 'giu');
const SENTENCE_NAMES = new RegExp(`(?<at>${AT_HOST})|(?<home>${HOME})|(?<domain>${DOMAIN})`, 'giu');

function macsIn(text: string): string[] {
  return (text.match(MACS) ?? []).map(colons);
}

/** `b8-27-…`, `b827.eb…` and `b827eb…` as pairs with colons. */
function colons(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^0-9a-f]/g, '')
    .replaceAll(/..(?!$)/g, '$&:');
}

/** What can only be a name by the look of it. */
function learnFromSentence(text: string, names: Names): void {
  for (const { groups = {} } of text.matchAll(SENTENCE_NAMES)) {
    if (groups.home !== undefined) names.learn(groups.home, 'user');
    if (groups.domain !== undefined) names.learn(groups.domain, 'host');
    if (groups.at === undefined) continue;
    const [user = '', host = ''] = groups.at.split('@');
    names.learn(user, 'user');
    names.learn(host, 'host');
  }
}

/** Of a greeting the program and its version stay; whatever a machine says of itself behind them does not. */
function opaque(key: string, text: string): string {
  if (key !== 'greeting' && key !== 'banner') return text;
  return /^SSH-[\d.]{1,8}-\w+?[_-][\d.]+(?:p\d+)?(?=\s|$)|^SSH-[\d.]{1,8}-netcheck\S*/.exec(text)?.[0] ?? 'redacted';
}

function* stringsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value !== null && typeof value === 'object') for (const item of Object.values(value)) yield* stringsOf(item);
}
