// Nodes, from the npm packages that hold their binaries and headers.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand } from './npm.mjs';
import { run, succeed } from './run.mjs';

/** What package.json promises in `engines`, as far as there are releases with long-term support, or that will have it. */
export const MAJORS = [20, 22, 24, 26];

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * `home` has bin/node and include/node. Kept in node_modules/.cache, half a gigabyte for all, until node_modules goes.
 * The newest release of `major` when it is first asked for.
 */
export async function fetchNode(major) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, 'node_modules', '.cache', 'nodes', String(major));
  const home = join(folder, 'node_modules', name);
  const binary = join(home, 'bin', 'node');
  if (!(await answers(binary, major))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    await succeed(
      ...npmCommand(process.execPath, 'install', '--no-audit', '--no-fund', '--no-package-lock', `${name}@${major}`),
      {
        cwd: folder,
      },
    );
    if (!(await answers(binary, major))) throw new Error(`${name}@${major} brought no Node ${major}`);
  }
  const { stdout } = await succeed(binary, ['--version']);
  return { major, home, binary, note: stdout.trim() };
}

async function answers(binary, major) {
  if (!existsSync(binary)) return false;
  const { stdout } = await run(binary, ['--version']);
  return stdout.startsWith(`v${major}.`);
}
