// Writes the manual page and the completions that are shipped, from the definition of the command line. Build first.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { completionScript } from '../dist/cli/completion.js';
import { manual } from '../dist/cli/man-page.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

// As each shell looks for them in its own folder.
for (const [path, text] of [
  ['man/netcheck.1', manual(version)],
  ['completions/netcheck.bash', completionScript('bash')],
  ['completions/_netcheck', completionScript('zsh')],
  ['completions/netcheck.fish', completionScript('fish')],
]) {
  mkdirSync(`${root}${path.slice(0, path.indexOf('/'))}`, { recursive: true });
  writeFileSync(`${root}${path}`, text);
}
