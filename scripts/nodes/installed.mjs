// What an install holds, and whether it does what it should.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, run, succeed } from './run.mjs';
import { check } from './steps.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const MOST_PACKAGES = 18;
const MOST_BYTES = 25_000_000;

/** Packages with an install script: raw-socket compiles; koffi's looks for what came with it, and everything works without. */
const SCRIPTED = ['@justjam2013/raw-socket', 'koffi'];

/** The files of raw-socket 1.8.1, SHA-256: what is installed in its name has the same. */
const RAW_SOCKET = {
  'index.js': '79e2c8854422da38723c38279d82e2058e2b59874f1cebcb8c73510dbe872c7b',
  'src/raw.cc': 'c8c2e1d9bd1d1b03a73372848e66c7845dceb963253022d81764551a8a6f60a8',
  'src/raw.h': 'b670c0990613d8c656f36416dee352dd45862c33fbb603835f1561108b631a60',
};

export const programOf = ({ prefix }) => join(packageOf({ prefix }), 'bin', 'netcheck.js');
const packageOf = ({ prefix }) => join(prefix, 'lib', 'node_modules', 'netcheck');

/** How much there is, and what runs when it is installed. */
export function installed({ prefix }) {
  const files = readdirSync(prefix, { recursive: true }).map((path) => join(prefix, path));
  const bytes = files.map((path) => statSync(path)).reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
  const packages = files.filter((path) => /\/node_modules\/(?:@[^/]+\/)?[^/@]+\/package\.json$/.test(path));
  const manifests = packages.map((path) => ({ folder: dirname(path), ...JSON.parse(readFileSync(path, 'utf8')) }));
  const note = `${packages.length} packages, ${(bytes / 1e6).toFixed(1)} MB`;
  check(
    packages.length <= MOST_PACKAGES,
    `more than ${MOST_PACKAGES} packages`,
    manifests.map(({ name }) => name).join('\n'),
  );
  check(bytes <= MOST_BYTES, `more than ${MOST_BYTES / 1e6} MB: ${note}`);

  const scripted = manifests.filter(isScripted).map(({ name }) => name);
  check(
    scripted.every((name) => SCRIPTED.includes(name)),
    'packages with install scripts',
    scripted.join('\n'),
  );
  const rawSocket = join(packageOf({ prefix }), 'node_modules', 'raw-socket');
  for (const [path, wanted] of Object.entries(RAW_SOCKET)) {
    const found = createHash('sha256')
      .update(readFileSync(join(rawSocket, path)))
      .digest('hex');
    check(found === wanted, `${path} is not that of raw-socket 1.8.1`, found);
  }
  return { note };
}

function isScripted({ folder, scripts = {} }) {
  return (
    ['preinstall', 'install', 'postinstall'].some((name) => name in scripts) || existsSync(join(folder, 'binding.gyp'))
  );
}

export async function version(place) {
  const { stdout } = await succeed(...netcheck(place, '--version'));
  const { version: wanted } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  check(stdout.trim() === wanted, `not ${wanted}`, stdout);
}

/** Whether all can be measured, but for raw sockets where they are not to be had. */
export async function doctor(place, { hasRawSocket }) {
  const { output, exitCode } = await run(...netcheck(place, 'doctor'));
  const missing = /the raw-socket package is not there.*--allow-scripts=@justjam2013\/raw-socket/.test(output);
  check(missing === !hasRawSocket, hasRawSocket ? 'it misses raw-socket' : 'it does not say what is missing', output);
  check(/^│ ok +│ system calls \(koffi\)/m.test(output), 'koffi does not load', output);
  check(
    /^│ (?:ok|limited|missing) +│ /m.test(output) && (exitCode === 0 || exitCode === 3),
    `exit code ${exitCode}`,
    output,
  );
}

/** As in the environment of a root that was lent by sudo. */
const SUDO_BY_NOBODY = { SUDO_UID: '65534', SUDO_GID: '65534', SUDO_USER: 'nobody' };

/**
 * A path to this machine itself, by raw-socket or else by ping: then exactly one line says so, and why. As sudo runs it, for a user
 * who can not read where it is installed: what is needed after root was given up has to be loaded before.
 */
export async function path(place, { hasRawSocket }) {
  const { output, exitCode } = await run(...asUser(netcheck(place, '--path', '127.0.0.1')));
  check(exitCode === 0 && /reached, 1 hop away/.test(output), `exit code ${exitCode}`, output);
  const lines = output.split('\n').filter((line) => /raw-socket/.test(line));
  const wanted = hasRawSocket
    ? []
    : ["path-1: by the system's ping: the raw-socket package is not installed or did not build"];
  check(
    JSON.stringify(lines.map((line) => line.trim().replaceAll('’', "'"))) === JSON.stringify(wanted),
    'what it says of raw-socket',
    output,
  );
}

export async function demo(place) {
  const { output, exitCode } = await run(...netcheck(place, 'demo'), { limitMs: 180_000 });
  check(exitCode === 0 && output.includes('Both faults were found.'), `exit code ${exitCode}`, output);
}

function asUser([command, args, { env }]) {
  return [command, args, { env: { ...env, ...SUDO_BY_NOBODY } }];
}

/** For `run`: the program by the name under which npm has linked it, by its own Node. */
function netcheck({ node, prefix }, ...args) {
  const env = cleanEnvironment([join(node.home, 'bin'), process.env.PATH].join(delimiter));
  return [join(prefix, 'bin', 'netcheck'), args, { env }];
}
