// The real program explains files as they come: by any user, in one clear line where it cannot, and with little memory.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAUSE_KINDS } from '../../src/diagnose/cause.ts';
import { collect } from '../../src/lab/command.ts';
import { authLog, RESET, session } from '../explain/auth-log.ts';
import { PROGRAM } from '../support/lab-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Needs neither root nor a lab. */
const run = (args: string[], input?: string, node: string[] = []) =>
  collect(spawn(process.execPath, [...node, PROGRAM, ...args]), input === undefined ? {} : { input });

describe.concurrent('netcheck explain', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    return path;
  };
  beforeAll(() => {
    folder = temporaryFolder();
  });
  afterAll(() => folder[Symbol.dispose]());

  test.each([
    ['empty.json', '', 'it is empty'],
    ['cut.json', '{"schema":"netcheck/1","evid', 'it ends in the middle: the file is cut short'],
    ['other.json', '{"name":"x"}', 'it is no netcheck report'],
    ['words.json', 'hello', 'it is no netcheck report; for a log: netcheck explain --log <file>'],
    [
      'escape.json',
      '{"schema":"netcheck/\\u001b[2J"}',
      'it is a report of the form netcheck/\ufffd[2J, and this netcheck reads netcheck/1',
    ],
  ])('refuses the report %s in one line', async (name, content, problem) => {
    const path = file(name, content);
    const result = await run(['explain', path]);
    expect(result).toEqual({ stdout: '', stderr: `netcheck: ${path}: ${problem}\n`, exitCode: 2 });
  });

  test('writes a report that was saved as a page, with pseudonyms, and refuses to do so with anything else', async () => {
    const at = '2026-01-02T03:04:05.000Z';
    const scenario = new URL('../../fixtures/scenarios/gateway-duplicate-and-idle-timeout/', import.meta.url);
    const [evidence, causes] = ['evidence', 'causes'].map(
      (name) => JSON.parse(readFileSync(new URL(`${name}.json`, scenario), 'utf8')) as unknown,
    );
    const envelope = { schema: 'netcheck/1', version: '0.1.0', startedAt: at, finishedAt: at, interrupted: false };
    const saved = file('saved.json', JSON.stringify({ ...envelope, evidence, causes }));
    const [page, json] = [join(folder.path, 'page.html'), join(folder.path, 'redacted.json')];
    const result = await run(['explain', saved, '--html', page, '--save', json, '--redact']);
    expect(result).toMatchObject({ exitCode: 1, stderr: '', stdout: expect.stringMatching(/^Found 2 causes: /) });
    for (const text of [result.stdout, readFileSync(page, 'utf8'), readFileSync(json, 'utf8')]) {
      expect(text).not.toMatch(/\b10\.0\.0\.(?:1|254)\b|198\.51\.100/);
    }
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/i);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ redacted: true, schema: 'netcheck/1' });
    const folderless = await run(['explain', saved, '--html', join(folder.path, 'none', 'page.html')]);
    expect(folderless).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(/^netcheck: --html: the folder/),
    });
    const message = await run(['explain', 'Broken pipe', '--html', page]);
    expect(message).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('are for saved reports') });
  });

  test.each(CAUSE_KINDS)('knows a page of %s', async (kind) => {
    const { stdout, stderr, exitCode } = await run(['explain', kind]);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(new RegExp(`^# ${kind}\\n[\\s\\S]*\\n## How netcheck knows\\n[\\s\\S]*\\n## Example`));
  });

  test('refuses a report longer than any', async () => {
    const path = file('huge.json', Buffer.alloc(65 * 1024 * 1024, 0x20));
    const result = await run(['explain', path]);
    expect(result).toEqual({
      stdout: '',
      stderr: `netcheck: ${path}: it is longer than 64 MB, which no report is\n`,
      exitCode: 2,
    });
  });

  test('refuses a report nested without end', async () => {
    const at = '2026-01-02T03:04:05Z';
    const envelope = { schema: 'netcheck/1', version: '9.0.0', startedAt: at, finishedAt: at, interrupted: false };
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const evidence = `[{"id":"a","kind":"deep","x":${deep}}]`;
    const path = file(
      'deep.json',
      JSON.stringify({ ...envelope, causes: [] }).replace('}', `,"evidence":${evidence}}`),
    );
    const { stdout, stderr, exitCode } = await run(['explain', path, '--json']);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(`${path}: it holds values that no netcheck would write\n`);
  });

  test('tells of a newer netcheck that not all of its report is known', async () => {
    const at = '2026-01-02T03:04:05Z';
    const evidence = [{ id: 'q-1', kind: 'quic\u001b[2J' }];
    const report = {
      schema: 'netcheck/1',
      version: '9.0.0',
      startedAt: at,
      finishedAt: at,
      interrupted: false,
      evidence,
      causes: [],
    };
    const text = `${JSON.stringify(report, null, 2)}\n`;
    const { stdout, stderr } = await run(['explain', '-', '--json'], text);
    expect(stdout).toBe(text);
    expect(stderr).toMatch(
      /^netcheck: netcheck 9\.0\.0 wrote this report, .* \(evidence: quic\ufffd\[2J\); that is kept/,
    );
  });

  test.each([
    ['auth.log.2.gz', gzipSync('x'), 'it is compressed; try: zcat <file> | netcheck explain --log -'],
    ['wtmp', Buffer.alloc(300), 'it is no text'],
    ['empty.log', '', 'it is empty'],
  ])('refuses the log %s in one line', async (name, content, problem) => {
    const path = file(name, content);
    const result = await run(['explain', '--log', path]);
    expect(result).toEqual({ stdout: '', stderr: `netcheck: ${path}: ${problem}\n`, exitCode: 2 });
  });

  test('guesses at no message, and says so', async () => {
    const { stdout, stderr, exitCode } = await run(['explain', 'My \u001b[2Jflux capacitor is empty']);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 3 });
    expect(stderr).toMatch(
      /^netcheck: this is none of the \d+ messages that netcheck knows, and it does not guess; .*\n$/,
    );
  });

  test('takes messages pasted into standard input, and several arguments', async () => {
    const piped = await run(['explain', '-'], 'Write failed: Broken pipe\nConnection to h closed.\n');
    expect(piped.exitCode).toBe(0);
    expect(piped.stdout).toMatch(/^ssh wrote into a connection/);
    const both = await run(['explain', 'Timeout, server h not responding.', 'Corrupted MAC on input.', '--json']);
    expect(JSON.parse(both.stdout).messages.map(({ message }: { message: string }) => message)).toEqual([
      'server-not-responding',
      'damaged-payload',
    ]);
    const words = await run(['explain', 'Write', 'failed:', 'Broken', 'pipe']);
    expect(words.stdout).toBe((await run(['explain', 'Write failed: Broken pipe'])).stdout);
  });

  test('reads a log of any length in a heap far smaller than it', async () => {
    const block = authLog([1, 2, 3].flatMap((n) => session({ n, from: n * 1000, to: n * 1000 + 300, end: RESET })));
    const noise = 'Nov 27 00:00:00 web1 CRON[1]: pam_unix(cron:session): session opened for user root\n'.repeat(
      500_000,
    );
    const path = file('large.log', noise + block);
    const { stdout, exitCode } = await run(['explain', '--log', path, '--json'], undefined, [
      '--max-old-space-size=24',
    ]);
    const { findings, lines } = JSON.parse(stdout);
    expect(findings[0]).toMatchObject({ kind: 'same-idle-time', count: 3 });
    expect(lines.total).toBe(500_000 + 15);
    expect(exitCode).toBe(1);
  });

  test('prints the schema that is published', async () => {
    const { stdout, exitCode } = await run(['schema']);
    expect(stdout).toBe(readFileSync(new URL('../../schema/netcheck-1.schema.json', import.meta.url), 'utf8'));
    expect(exitCode).toBe(0);
  });
});
