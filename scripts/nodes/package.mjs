// The tarball that users install: made once, and looked through.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand } from './npm.mjs';
import { cleanEnvironment, succeed } from './run.mjs';
import { check } from './steps.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What nobody who installs needs: sources, tests, scripts, settings of tools, other packages. */
const UNWANTED =
  /(?:^|\/)(?:test|src|scripts|node_modules|coverage|\.[^/]+)\/|\.(?:test\.\w+|ts|map|tgz)$|^(?:biome|tsconfig)/;
const SHOWN = 20;
const WANTED = [
  /^bin\/netcheck\.js$/,
  /^dist\/main\.js$/,
  /^dist\/html\/assets\.json$/,
  /^fixtures\/known-idle-timeouts\.json$/,
  /^schema\/netcheck-1\.schema\.json$/,
  /^docs\/architecture\.md$/,
  /^docs\/causes\/.+\.md$/,
  /^(?:README|CHANGELOG)\.md$/,
  /^LICENSE$/,
];

export async function pack(folder) {
  const env = cleanEnvironment(process.env.PATH);
  const command = npmCommand(process.execPath, 'pack', '--json', '--loglevel=error', '--pack-destination', folder);
  const { stdout } = await succeed(...command, { cwd: root, env });
  // `prepare` prints before it. npm 12 gives an object by name where earlier ones give a list.
  const [packed] = Object.values(JSON.parse(stdout.slice(stdout.search(/^[[{]/m))));
  const files = packed.files.map(({ path }) => path);
  return {
    file: join(folder, packed.filename),
    files,
    note: `${files.length} files, ${Math.round(packed.size / 1000)} kB`,
  };
}

/** The right files, and nothing that publint finds wrong. */
export async function published({ file, files }) {
  const unwanted = files.filter((path) => UNWANTED.test(path));
  check(unwanted.length === 0, 'files that nobody needs', unwanted.slice(0, SHOWN).join('\n'));
  const missing = WANTED.filter((pattern) => !files.some((path) => pattern.test(path)));
  check(missing.length === 0, 'not in it', missing.join('\n'));
  const { man = [] } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pages = [man].flat().map((path) => path.replace(/^\.\//, ''));
  check(
    pages.every((page) => files.includes(page)),
    'man pages that are not in it',
    pages.join('\n'),
  );

  const [{ publint }, { formatMessage }] = await Promise.all([import('publint'), import('publint/utils')]);
  const bytes = Uint8Array.from(readFileSync(file));
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  check(messages.length === 0, 'publint', messages.map((message) => formatMessage(message, pkg)).join('\n'));
}
