// The real program with hostile words on its command line, in the names and contents of files, in pipes and in its environment:
// the bytes of standard output, of standard error and of every file that it writes.

import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pcapHeader, pcapRecord } from '../src/capture/pcap.ts';
import { type Evidence, evidenceSchema } from '../src/evidence.ts';
import { reportOf } from './report/reports.ts';
import { controlsIn, HOSTILE } from './support/control-bytes.ts';
import { hostileValues } from './support/hostile-schema.ts';
import { PROGRAM } from './support/lab-run.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** No argument and no name of a file can hold NUL or half a character. */
const WORD = HOSTILE.replaceAll('\0', '').replaceAll('\ud800', '');
const NAME = WORD.replaceAll('/', '');

interface Ran {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

function run(args: readonly string[], { input = '', env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {}) {
  return new Promise<Ran>((resolve) => {
    const options = { encoding: 'buffer', timeout: 30_000, env: { ...process.env, ...env } } as const;
    const child = execFile(process.execPath, [PROGRAM, ...args], options, (error, stdout, stderr) =>
      resolve({ stdout, stderr, exitCode: error === null ? 0 : Number(error.code) }),
    );
    // Who refuses its arguments does not read its input.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** @returns what was said, all of it clean. */
function clean({ stdout, stderr, exitCode }: Ran, allowed = {}): string {
  expect(controlsIn(stdout, allowed)).toEqual([]);
  expect(controlsIn(stderr)).toEqual([]);
  expect([0, 1, 2, 3]).toContain(exitCode);
  return `${stdout}${stderr}`;
}

describe.concurrent('on the command line', () => {
  test.each<[string, string[]]>([
    ['a host to examine', [WORD, '--dry-run']],
    ['a user of one', [`${WORD}@10.0.0.5`, '--dry-run']],
    ['--dup-ip', ['--dup-ip', WORD, '--dry-run']],
    ['--ping', ['--ping', WORD, '--dry-run']],
    ['--path', ['--path', WORD, '--dry-run']],
    ['--idle-timeout', ['--idle-timeout', `${WORD}:22`, '--dry-run']],
    ['--mosh-ports', ['--mosh-ports', WORD, '--dry-run']],
    ['--read', ['--read', WORD]],
    ['--interface', ['--dup-ip', '10.0.0.5', '--interface', WORD, '--dry-run']],
    ['--expect', ['--dup-ip', '10.0.0.5', '--expect', `10.0.0.5=${WORD}`, '--dry-run']],
    ['--exclude', ['--dup-ip', '10.0.0.0/30', '--exclude', WORD, '--dry-run']],
    ['a file of targets', ['--dup-ip', `@/${WORD}`, '--dry-run']],
    ['--save', ['--ping', '127.0.0.1', '--save', `/none/${NAME}`]],
    ['--html', ['--ping', '127.0.0.1', '--html', `/none/${NAME}`]],
    ['--events', ['--ping', '127.0.0.1', '--events', `/none/${NAME}`]],
    ['--rate', ['--ping', '127.0.0.1', '--rate', WORD]],
    ['--max-idle', ['--idle-timeout', 'h:1', '--max-idle', WORD]],
    ['--dscp', ['--ping', '127.0.0.1', '--dscp', WORD]],
    ['an option', [`--${WORD}`]],
    ['an option that is nearly one', [`--pin\u202e`]],
    ['a message', ['explain', WORD]],
    ['a known message with more', ['explain', `${WORD} Broken pipe ${WORD}`]],
    ['a known message as JSON', ['explain', '--json', `${WORD} Broken pipe ${WORD}`]],
    ['a log', ['explain', '--log', WORD]],
    ['a report', ['explain', `./${WORD}`]],
    ['a shell', ['completion', WORD]],
    ['a port', ['serve', '--listen', WORD]],
    ['an address of ours', ['serve', '--listen', '2222', '--bind', WORD]],
  ])('%s', async (_, args) => {
    expect(clean(await run(args))).not.toBe('');
  });

  test('and what is repeated of it can be recognised', async () => {
    for (const args of [
      ['--read', WORD],
      ['--ping', WORD, '--dry-run'],
    ]) {
      expect(clean(await run(args))).toMatch(/before\ufffd/);
    }
  });
});

describe('in files', () => {
  test('a report of all that can be hostile, told in every way', async () => {
    using folder = temporaryFolder();
    const report = join(folder.path, `report${NAME}.json`);
    const evidence = (hostileValues(evidenceSchema, 1) as Evidence[]).filter(takesAnyText);
    expect(evidence.length).toBeGreaterThan(8);
    const ids = evidence.map((item, index) => ({ ...item, id: `${HOSTILE}${index}` }));
    writeFileSync(report, JSON.stringify(reportOf({ evidence: ids })));
    for (const options of [[], ['-q'], ['-v'], ['--json'], ['--redact', '--json']]) {
      expect(clean(await run(['explain', report, ...options]))).toContain('before');
    }
    expect(clean(await run(['explain', report, '--plain']), { tabs: true })).toContain('before');
    const files = ['--save', join(folder.path, 'saved.json'), '--html', join(folder.path, 'page.html')];
    clean(await run(['explain', report, ...files]));
    for (const name of ['saved.json', 'page.html']) {
      const bytes = readFileSync(join(folder.path, name));
      expect(bytes.includes('before')).toBe(true);
      expect(controlsIn(bytes)).toEqual([]);
    }
    const broken = join(folder.path, 'broken.json');
    const newer = { ...reportOf({}), version: `9.9.9${HOSTILE}`, evidence: [{ id: 'x', kind: HOSTILE }] };
    writeFileSync(
      broken,
      JSON.stringify({ ...newer, causes: [{ cause: HOSTILE, verdict: HOSTILE, summary: HOSTILE }] }),
    );
    expect(clean(await run(['explain', broken]))).toContain('before');
    writeFileSync(broken, JSON.stringify({ ...newer, interrupted: HOSTILE, [HOSTILE]: HOSTILE }));
    expect(clean(await run(['explain', broken]))).toContain('interrupted');
  });

  test('a log, by name and by pipe', async () => {
    using folder = temporaryFolder();
    const log = join(folder.path, `auth${NAME}.log`);
    const said = HOSTILE.replaceAll('\0', '').replaceAll('\n', ' ');
    const lines = [
      `Jan  2 03:04:05 ${said} sshd[42]: Accepted publickey for al\x9bice\u202e from 10.0.0.5 port 50000 ssh2`,
      `Jan  2 03:09:05 h sshd[42]: Read error from remote host 10.0.0.5 port 50000: Connection reset by peer ${said}`,
      `Jan  2 03:10:05 h sshd[43]: fatal: ${said}`,
    ].join('\n');
    writeFileSync(log, lines);
    for (const options of [[], ['-v'], ['--json'], ['--plain']]) {
      expect(clean(await run(['explain', '--log', log, ...options]))).toContain('10.0.0.5');
      clean(await run(['explain', '--log', '-', ...options], { input: lines }));
    }
    expect(clean(await run(['explain', '-'], { input: `${said}\nBroken pipe\n${said}` }))).toContain('before');
  });

  test('a list of targets, and a capture', async () => {
    using folder = temporaryFolder();
    const list = join(folder.path, `targets${NAME}`);
    writeFileSync(list, `10.0.0.5\n${HOSTILE}\n`);
    expect(clean(await run(['--dup-ip', `@${list}`, '--dry-run']))).toContain('before');
    const capture = join(folder.path, `lan${NAME}.pcap`);
    writeFileSync(capture, Buffer.concat([pcapHeader(), pcapRecord(1000, Buffer.from(HOSTILE.repeat(9)))]));
    for (const options of [[], ['-v'], ['--json']]) {
      expect(clean(await run(['--read', capture, ...options]))).toContain('before');
    }
    const saved = ['--save', join(folder.path, 'r.json'), '--html', join(folder.path, 'r.html')];
    const events = ['--events', join(folder.path, 'e.ndjson')];
    clean(await run(['--read', capture, '-v', ...saved, ...events]));
    const written = readdirSync(folder.path).filter((name) => /^[re]\./.test(name));
    expect(written).toHaveLength(3);
    for (const name of written) expect(controlsIn(readFileSync(join(folder.path, name)))).toEqual([]);
    // Events on standard error are on the terminal of whoever asked for them.
    expect(clean(await run(['--read', capture, '--events', '-']))).toContain('"finished"');
  });
});

test('in the environment: a program that says its version, where PATH leads', async () => {
  using folder = temporaryFolder();
  const bin = join(folder.path, NAME.replaceAll(':', ''));
  mkdirSync(bin);
  writeFileSync(join(bin, 'says'), WORD);
  writeFileSync(join(bin, 'ssh'), '#!/bin/sh\ncat "$(dirname "$0")/says" >&2\n');
  chmodSync(join(bin, 'ssh'), 0o755);
  const env = { PATH: `${bin}:${process.env.PATH}`, TERM: WORD, COLUMNS: WORD };
  for (const options of [[], ['--plain']]) {
    expect(clean(await run(['doctor', ...options], { env }), { tabs: options.length > 0 })).toContain('before');
  }
});

/** Addresses are read as such: a report with others is refused, and says nothing of them. */
function takesAnyText({ kind }: Evidence): boolean {
  return !['arp-claims', 'arp-sweep', 'claimant-proof', 'echo-sweep'].includes(kind);
}
