// Command lines as people type and read them: fixtures/transcripts says what each prints and how it ends.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type QuietLan, quietLan } from '../../src/lab/index.ts';
import { commandLine, labUnavailable } from '../support/lab-run.ts';

const FOLDER = new URL('../../fixtures/transcripts/', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

describe.skipIf(labUnavailable())('transcripts', () => {
  let lab: QuietLan;
  beforeAll(async () => {
    lab = await quietLan();
    await lab.hosts.scanner.run('ip', ['link', 'add', 'down0', 'type', 'bridge']);
  });
  afterAll(() => lab.dispose());

  test.concurrent.each(files)('%s', async (name) => {
    const file = new URL(name, FOLDER);
    const golden = readFileSync(file, 'utf8');
    const [why = '', prompt = ''] = golden.split('\n', 2);
    const match = /^([#$]) netcheck ?(.*)$/.exec(prompt);
    if (!match) throw new Error(`${name}: the second line must be a prompt and a netcheck command`);
    const args = (match[2] ?? '').split(' ').filter((word) => word !== '');
    const [command, rest] = commandLine(args, match[1] === '#' ? 'root' : 'user');
    const { stdout, stderr, exitCode } = await lab.hosts.scanner.run(command, rest, { timeoutMs: 30_000 });
    const seen = [why, prompt, '--- stdout', stdout, '--- stderr', stderr, `--- exit ${exitCode}`, '']
      .map((part) => part.replace(/\n$/, ''))
      .filter((part, index) => part !== '' || index === 7)
      .join('\n');
    const stable = withoutSettings(withoutTimes(seen));
    if (process.env.UPDATE) writeFileSync(file, stable);
    else expect(stable).toBe(golden);
  });
});

/** Leaves out what differs from run to run: times of day. */
function withoutTimes(text: string): string {
  return text.replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"<time>"');
}

/** Leaves out what differs from one release of OpenSSH, and one machine's configuration, to the next. */
function withoutSettings(text: string): string {
  return text.replaceAll(/(\nSSH settings\n)┌[^┘]*┘/g, '$1<…>');
}
