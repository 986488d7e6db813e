// npm under any Node, and global installs into prefixes of their own.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { cleanEnvironment, succeed } from './run.mjs';

/** What npm runs scripts with; there is neither a compiler nor make nor Python beside it. */
const WITHOUT_COMPILER = ['sh'];

/** For `spawn`: the npm that runs this script, or else that of the PATH, run by `node`. */
export function npmCommand(node, ...args) {
  return [node, [npmCli(), ...args]];
}

function npmCli() {
  const running = process.env.npm_execpath;
  if (running !== undefined && basename(running) === 'npm-cli.js') return running;
  // Beside node, where Node's own installer puts it; else wherever npm says that global packages are.
  const beside = join(
    dirname(dirname(realpathSync(process.execPath))),
    'lib',
    'node_modules',
    'npm',
    'bin',
    'npm-cli.js',
  );
  if (existsSync(beside)) return beside;
  const global = execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim();
  return join(global, 'npm', 'bin', 'npm-cli.js');
}

/** A folder that is to be the whole PATH of an install on a machine without a compiler. */
export function bareFolder(folder) {
  mkdirSync(folder, { recursive: true });
  for (const name of WITHOUT_COMPILER) symlinkSync(find(name), join(folder, name));
  return folder;
}

function find(name) {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);
  if (found === undefined) throw new Error(`there is no ${name} in the PATH`);
  return realpathSync(found);
}

/**
 * Installs as the README says, into an empty prefix. node-gyp gets the headers of this very Node, and downloads none.
 * `path` is the PATH behind Node's own folder.
 */
export async function install({ node, prefix, path = process.env.PATH, args = [] }, { file }) {
  mkdirSync(prefix);
  const env = { ...cleanEnvironment([join(node.home, 'bin'), path].join(delimiter)), npm_config_nodedir: node.home };
  const allowed = '--allow-scripts=@justjam2013/raw-socket';
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
  await succeed(
    ...npmCommand(node.binary, 'install', '--global', '--prefix', prefix, allowed, ...quiet, ...args, file),
    { env },
  );
}
