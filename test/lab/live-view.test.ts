// The live view on a real pseudo-terminal: it is drawn, it fits, and nothing of it is left when the report is there.

import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type LabHost, natPath } from '../../src/lab/index.ts';
import { labUnavailable, PROGRAM } from '../support/lab-run.ts';
import { Screen } from '../support/screen.ts';

interface Terminal {
  /** Resolves when the screen shows it. */
  shows(words: RegExp): Promise<void>;
  type(keys: string): void;
  readonly screen: Screen;
  readonly ended: Promise<number | null>;
}

describe.skipIf(labUnavailable()).concurrent('the live view', () => {
  test('is drawn while an idle timeout is measured, and gone when it is', async () => {
    await using lab = await natPath({ timeoutSeconds: 6, onExpiry: 'silent' });
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const terminal = onTerminal(lab.hosts.client, ['--idle-timeout', target, '--max-idle', '20s'], 80, 24);
    await terminal.shows(/first pass, \d+ connections idle +\d+ s of at most/);
    await terminal.shows(/alive +[\d.]+ s … .*\n +idling .*next is/);
    await terminal.shows(/narrowing .* to .* s: /);
    await terminal.shows(/keepalive every 1 s is being tried/);
    expect(await terminal.ended).toBe(1);
    expectReportAlone(terminal.screen, /^Found: idle timeout in the network/);
  });

  test('leaves a whole report after Ctrl-C in the first pass, on a terminal that is low', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const terminal = onTerminal(lab.hosts.client, ['--idle-timeout', target], 110, 5);
    await terminal.shows(/alive +[\d.]+ s … .*\n.*\n {2}… 2 more lines/);
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
    expectReportAlone(terminal.screen, /^No cause found.*Interrupted: this is what was known/s);
    expect(terminal.screen.text).toMatch(/Interrupted: it lives through \d/);
  });

  test('and the report fit a terminal of 40 columns that knows ASCII only', async () => {
    await using lab = await natPath({ timeoutSeconds: 6, onExpiry: 'silent' });
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const args = ['--idle-timeout', target, '--max-idle', '8s', '--quick'];
    const terminal = onTerminal(lab.hosts.client, args, 40, 24, { LC_ALL: 'C' });
    await terminal.shows(/alive +[\d.]+ s ~ /);
    expect(await terminal.ended).toBe(1);
    expectReportAlone(terminal.screen, /^Found: idle timeout in the network {3}\(10\./);
    expect(terminal.screen.text).toMatch(/^\p{ASCII}*$/u);
    expect(terminal.screen.text).toMatch(/\n {2}\d.* #+[ %]*\.+ .*\n/);
    for (const line of terminal.screen.text.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
  });

  test('ends at once on Ctrl-C while nobody has answered yet', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    await lab.cut();
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const terminal = onTerminal(lab.hosts.client, ['--idle-timeout', target], 80, 24);
    await terminal.shows(/started +\d s of at most/);
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
    expectReportAlone(terminal.screen, /^Nothing could be told.*Interrupted/s);
  });
});

/** script(1) makes the terminal, stty(1) its size. */
function onTerminal(
  host: LabHost,
  args: readonly string[],
  columns: number,
  rows: number,
  env: NodeJS.ProcessEnv = {},
): Terminal {
  const line = `stty cols ${columns} rows ${rows}; exec ${[process.execPath, PROGRAM, '--no-color', ...args].join(' ')}`;
  const child = host.spawn('script', ['-qefc', line, '/dev/null'], { env: { ...process.env, TERM: 'xterm', ...env } });
  const screen = new Screen(columns, rows);
  const looks = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    screen.write(text);
    for (const look of looks) look();
  });
  const ended = once(child, 'close').then(([exitCode]) => exitCode as number | null);
  const shows = (words: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (words.test(screen.text)) resolve();
      };
      looks.add(look);
      void ended.then(() => reject(new Error(`it ended without showing ${words}: ${screen.text}`)));
      look();
    });
  return { shows, type: (keys) => child.stdin?.write(keys), screen, ended };
}

function expectReportAlone({ text }: Screen, beginning: RegExp): void {
  expect(text.replaceAll('\n', ' ')).toMatch(beginning);
  expect(text).not.toMatch(/of at most|idling|next is asked|\^C|more lines/);
}
