// Where the defaults of options are read from: netcheck.toml or netcheck.json in the configuration folder of whoever typed the
// command (XDG Base Directory Specification), with that user's rights: sudo opens nobody's files by it.

import { closeSync, openSync, statSync } from 'node:fs';
import type { ConfigChoice } from './cli/index.ts';
import type { SettingsFile } from './cli/parse-settings.ts';
import type { Settings } from './cli/settings.ts';
import { inputProblem } from './input.ts';
import { asInvokingUser, childOfInvokingUser } from './privilege.ts';
import { readAll } from './target-file.ts';

/** Below the configuration folder; one of them. */
const PLACES = ['netcheck.toml', 'netcheck.json', 'netcheck/netcheck.toml', 'netcheck/netcheck.json'];

/** What a file says of the defaults of options. `problem` names the file, and what is wrong with it. */
export type Defaults =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly path: string; readonly settings: Settings }
  | { readonly kind: 'problem'; readonly problem: string };

/** Most often there is no file, and nothing more is loaded. */
export async function readDefaults(choice: ConfigChoice, process: NodeJS.Process): Promise<Defaults> {
  try {
    const file = await readFile(choice, process);
    if (file === null) return { kind: 'none' };
    const { parseSettings } = await import('./cli/parse-settings.ts');
    return { kind: 'file', path: file.path, settings: parseSettings(file) };
  } catch (error) {
    return { kind: 'problem', problem: (error as Error).message };
  }
}

async function readFile(choice: ConfigChoice, process: NodeJS.Process): Promise<SettingsFile | null> {
  if (choice === 'none') return null;
  const folder = folderOf(process);
  const found = asInvokingUser(process, () => (choice === 'usual' ? findUsual(folder) : readNamed(choice.file)));
  return found === null ? null : { path: found.path, content: await parse(found.path, found.text) };
}

interface Text {
  readonly path: string;
  readonly text: string;
}

function findUsual(folder: string | null): Text | null {
  if (folder === null) return null;
  const found = PLACES.flatMap((place) => readIfThere(`${folder}/${place}`));
  const [first = null, second] = found;
  if (first !== null && second !== undefined) {
    throw new Error(`${first.path} and ${second.path} are both there; keep one of them`);
  }
  return first;
}

/** null where nobody knows whose home it would be. */
function folderOf(process: NodeJS.Process): string | null {
  const { XDG_CONFIG_HOME: configured, HOME: home, SUDO_UID: isSudo } = process.env;
  // "All paths set in these environment variables must be absolute": others are to be ignored.
  if (configured?.startsWith('/')) return configured.replace(/\/+$/, '');
  if (home && !isSudo) return `${home}/.config`;
  try {
    return `${childOfInvokingUser(process).env.HOME}/.config`;
  } catch {
    // Containers run as users that no password database knows.
    return null;
  }
}

function readIfThere(path: string): Text[] {
  try {
    return [{ path, text: read(path) }];
  } catch (error) {
    if (isAbsent(path, error as NodeJS.ErrnoException)) return [];
    throw new Error(`${path}: ${inputProblem(error)}`);
  }
}

/** A home that may not be entered is somebody else's; a file in one's own that can't be read is a mistake to be told. */
function isAbsent(path: string, { code }: NodeJS.ErrnoException): boolean {
  if (code !== 'EACCES') return code === 'ENOENT' || code === 'ENOTDIR';
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return true;
  }
}

function readNamed(path: string): Text {
  try {
    return { path, text: read(path) };
  } catch (error) {
    throw new Error(`--config ${path}: ${inputProblem(error)}`);
  }
}

function read(path: string): string {
  const file = openSync(path, 'r');
  try {
    return readAll(file).replace(/^\ufeff/, '');
  } finally {
    closeSync(file);
  }
}

/** By its name, which is what says how it is written. */
async function parse(path: string, text: string): Promise<SettingsFile['content']> {
  if (path.endsWith('.json')) return parseJson(path, text);
  const { parse: parseToml, TomlError } = await import('smol-toml');
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The lines after the first show the place.
    const [what = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n', 1);
    throw new Error(`${path}: line ${error.line}: this is no TOML: ${what}`);
  }
}

function parseJson(path: string, text: string): SettingsFile['content'] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: this is no JSON: ${(error as Error).message.split('\n', 1)[0]}`);
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return { ...content };
  throw new Error(`${path}: write an object, like {"max-idle": "20m"}`);
}
