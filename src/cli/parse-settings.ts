// Defaults of options from a file, netcheck.toml or netcheck.json: its keys are the names of options, and its values go through
// their parsers. What was typed wins. Pure: the file is found and read by src/settings-file.ts.

import { type Command as Commander, InvalidArgumentError, type Option } from 'commander';
import { parseExpected, parseTargets, type TargetList, UsageError } from '../plan/index.ts';
import { defineProgram } from './program.ts';
import type { Settings } from './settings.ts';
import { similarName } from './similar.ts';

export interface SettingsFile {
  readonly path: string;
  /** As TOML or JSON gave it. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** A line that names the file, the key, and what is wrong with it. */
export class SettingsError extends Error {}

/**
 * How to measure and how to print. What is asked, of whom, and what is written is on the command line only: whoever may run
 * `sudo netcheck --dup-ip 10.0.0.5` and nothing else can't have root write a file, or ask more, by a file of their own.
 */
const KEYS: readonly string[] = [
  'interface',
  'max-idle',
  'resolution',
  'connections',
  'count',
  'interval',
  'size',
  'dscp',
  'names',
  'wait',
  'rate',
  'bandwidth',
  'rounds',
  'exclude',
  'expect',
  'proof-port',
  'proof',
  'color',
  'plain',
  'quiet',
  'verbose',
];

const CONTRARY: readonly (readonly string[])[] = [
  ['rate', 'bandwidth'],
  ['quiet', 'verbose'],
];

/** @throws SettingsError */
export function parseSettings({ path, content }: SettingsFile): Settings {
  const program = defineProgram('', () => {});
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(content)) {
    const wrong = (problem: string): SettingsError => new SettingsError(`${path}: ${key}: ${problem}`);
    const option = optionOf(program, key, wrong);
    values[option.attributeName()] = parseValue(option, key, value, path, wrong);
  }
  const contrary = CONTRARY.find((names) =>
    names.every((name) => content[name] !== undefined && content[name] !== false),
  );
  if (contrary)
    throw new SettingsError(`${path}: ${contrary.join(' and ')} can't both be meant; leave one of them out`);
  return values as Settings;
}

function optionOf(program: Commander, key: string, wrong: (problem: string) => SettingsError): Option {
  const known = program.options.find(({ long }) => long === `--${key}` || long === `--no-${key}`);
  if (KEYS.includes(key) && known !== undefined) return known;
  if (key.startsWith('no-') && KEYS.includes(key.slice(3))) throw wrong(`write ${key.slice(3)} = false`);
  if (known !== undefined) throw wrong('this is said on the command line only');
  throw wrong(`there is no such option${suggestion(program, key)}`);
}

function suggestion(program: Commander, key: string): string {
  const names = program.options.map(({ long }) => long?.replace(/^--(?:no-)?/, '') ?? '');
  const name = similarName(
    key,
    names.filter((each) => KEYS.includes(each)),
  );
  return name === null ? '' : ` (Did you mean ${name}?)`;
}

function parseValue(
  option: Option,
  key: string,
  value: unknown,
  path: string,
  wrong: (problem: string) => SettingsError,
): unknown {
  if (option.isBoolean() || option.negate) {
    if (typeof value !== 'boolean') throw wrong('write true or false');
    return value;
  }
  if (key === 'expect' || key === 'exclude') return parseList(key, value, path, wrong);
  if (typeof value !== 'string' && typeof value !== 'number') throw wrong('write text or a number');
  try {
    return option.parseArg === undefined ? String(value) : option.parseArg(String(value), undefined);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw wrong(error.message);
    throw error;
  }
}

/** Hosts, or owners of addresses; files (`@file`) that are named from the folder of this one. */
function parseList(key: string, value: unknown, path: string, wrong: (problem: string) => SettingsError): string[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const entries = key === 'expect' && isTable(value) ? owners(value, '', wrong) : texts(value, wrong);
  return entries.map((entry) => {
    if (entry.startsWith('@')) return entry.startsWith('@/') ? entry : `@${folder}${entry.slice(1)}`;
    if (entry.trim() === '-') throw wrong('standard input is for the command line; name a file like @hosts.txt');
    const list: TargetList = { typed: entry, lines: [entry] };
    try {
      if (key === 'expect') parseExpected([list]);
      else parseTargets('--exclude', list);
    } catch (error) {
      if (error instanceof UsageError) throw wrong(error.message.replace(/^--\w+ /, ''));
      throw error;
    }
    return entry;
  });
}

/** A table of addresses, `"10.0.0.5" = ["MAC", "MAC"]`. TOML takes an address without quotes for tables within tables. */
function owners(
  table: Readonly<Record<string, unknown>>,
  before: string,
  wrong: (problem: string) => SettingsError,
): string[] {
  return Object.entries(table).flatMap(([name, value]) =>
    isTable(value)
      ? owners(value, `${before}${name}.`, wrong)
      : [`${before}${name}=${texts(value, (problem) => wrong(`${before}${name}: ${problem}`)).join(',')}`],
  );
}

function texts(value: unknown, wrong: (problem: string) => SettingsError): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.every((each) => typeof each === 'string')) return [...list];
  throw wrong('write text, or a list of texts in brackets');
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
