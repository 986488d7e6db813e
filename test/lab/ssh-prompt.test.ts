// --idle-timeout user@host where ssh needs a passphrase: it asks for it itself, on the terminal, which a real one (script(1))
// stands in for.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type LabHost, natPath } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { all, commandLine, labUnavailable, only, SUDO_BY_NOBODY, verdicts } from '../support/lab-run.ts';
import { sshUser } from '../support/ssh-user.ts';
import { startSshd } from '../support/sshd.ts';

const T = 7;
const PORT = 2022;
const SECRET = 'open sesame';
const READING_MS = 700;
const CTRL_C = '\x03';
const PROMPT = /Enter passphrase for key [^\n]*: $/;

interface Typed {
  readonly screen: string;
  /** When it asked, in the order of the screen: what was on it by then. */
  readonly prompts: readonly string[];
  readonly exitCode: number | null;
}

/** Runs a command on a terminal, and types an answer whenever it is asked for one. */
function onTerminal(
  host: LabHost,
  line: readonly string[],
  env: NodeJS.ProcessEnv,
  answer: string,
  interruptAt?: RegExp,
): Promise<Typed> {
  const command = line.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child = host.spawn('script', ['-qefc', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let screen = '';
  const prompts: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    screen += chunk;
    if (!PROMPT.test(screen) || prompts.at(-1) === screen) return;
    prompts.push(screen);
    // Longer than the view takes to be drawn again: what is drawn over a prompt shows as not beginning a line.
    setTimeout(() => child.stdin?.write(`${answer}\n`), READING_MS);
  });
  if (interruptAt !== undefined) {
    const look = (): void => {
      if (interruptAt.test(screen)) child.stdin?.write(CTRL_C);
      else child.stdout?.once('data', look);
    };
    child.stdout?.once('data', look);
  }
  return new Promise((resolve) => child.once('close', (exitCode) => resolve({ screen, prompts, exitCode })));
}

async function run(timeoutSeconds: number | null, options: readonly string[], answer = SECRET, interruptAt?: RegExp) {
  await using lab = await natPath({ timeoutSeconds, onExpiry: 'silent' });
  using user = await sshUser(lab.hosts.client);
  using sshd = await startSshd(lab.hosts.server, PORT, [...user.sshdOptions, 'KbdInteractiveAuthentication=no']);
  user.knowHost(`[${lab.addresses.server}]:${PORT}`, sshd.hostKey.publicKey);
  await user.lockKey(SECRET);
  const before = user.files();
  const saved = `${user.scratch}/report.json`;
  const target = `root@${lab.addresses.server}:${PORT}`;
  const args = ['--idle-timeout', target, '--ping', lab.addresses.server, '--save', saved, ...options];
  const [program, rest] = user.wrap(...commandLine(args, 'root'));
  const env = { ...SUDO_BY_NOBODY, TMPDIR: user.scratch, TERM: 'xterm' };
  const typed = await onTerminal(lab.hosts.client, [program, ...rest], env, answer, interruptAt);
  const report = JSON.parse(readFileSync(saved, 'utf8')) as Report;
  const left = user.files().filter((path) => !before.includes(path) && !path.endsWith('report.json'));
  return { ...typed, report, left };
}

describe.skipIf(labUnavailable()).concurrent('a passphrase', () => {
  test('is asked for by ssh, once for each session, and the path is measured with one at a time', async () => {
    const { prompts, screen, report, exitCode, left } = await run(T, ['--max-idle', '24s']);
    // One to begin with and one when the path had forgotten the first.
    expect(prompts).toHaveLength(2);
    // Nothing was drawn over the prompt: what comes after it is the line's end, before any drawing.
    for (const prompt of prompts) expect(screen.slice(prompt.length)).toMatch(/^\r?\n/);
    const idle = only(report, 'idle-timeout');
    expect(idle).toMatchObject({ direction: 'outbound', oneByOne: true, loggedIn: true, onExpiry: 'silent-drop' });
    expect(idle.deaths).toBe(2);
    expect(idle.survivedSeconds).toBeGreaterThanOrEqual(6);
    expect(idle.survivedSeconds).toBeLessThan(T + 0.5);
    expect(idle.expiredSeconds).toBeGreaterThan(T - 0.5);
    expect(idle.expiredSeconds).toBeLessThan(10);
    expect(Object.values(verdicts(report))).toContain('confirmed');
    expect(screen).toContain('one session at a time');
    expect(exitCode).toBe(1);
    expect(left).toEqual([]);
  });

  test('opens one session where nothing is forgotten, and that is asked about both directions', async () => {
    const { prompts, report, exitCode } = await run(null, ['--max-idle', '6s']);
    expect(prompts).toHaveLength(1);
    expect(all(report, 'idle-timeout').map(({ direction, survivedSeconds }) => [direction, survivedSeconds])).toEqual([
      ['outbound', expect.closeTo(6, 0)],
      ['inbound', expect.closeTo(6, 0)],
    ]);
    expect(exitCode).toBe(0);
  });

  test('and then Ctrl-C, which ssh hears too: what was known by then, and no death of it', async () => {
    const { report, exitCode, left } = await run(null, ['--max-idle', '60s'], SECRET, /alive +7\.5/);
    expect(exitCode).toBe(130);
    const idle = only(report, 'idle-timeout');
    expect(idle).toMatchObject({ complete: false, expiredSeconds: null, deaths: 0 });
    expect(idle.survivedSeconds).toBeGreaterThan(7);
    expect(left).toEqual([]);
  });

  test('that is wrong: ssh’s own words, and the other checks are done', async () => {
    const { prompts, report, exitCode } = await run(null, ['--max-idle', '6s'], 'wrong');
    // As often as ssh asks (NumberOfPasswordPrompts).
    expect(prompts).toHaveLength(3);
    expect(only(report, 'skipped').because).toMatch(/Permission denied \(publickey/);
    expect(only(report, 'echo').received).toBeGreaterThan(0);
    expect(exitCode).toBe(3);
  });
});
