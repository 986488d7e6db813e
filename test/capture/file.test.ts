// Capture files on disk: what is written can be read, by us and by tcpdump, and an older capture is never half overwritten.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CaptureFile, chunksOf, readCapture } from '../../src/capture/index.ts';
import { goldenFrame } from '../support/golden-frame.ts';
import { readAll } from './read-all.ts';

const [REQUEST, REPLY] = [goldenFrame('arp-request'), goldenFrame('arp-reply-padded')];
const EPOCH_MS = 1_700_000_000_123.5;

let folder = '';
const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netcheck-capture-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)].filter((path) => path.startsWith(folder));
    } catch {
      return [];
    }
  });

describe('CaptureFile', () => {
  it('writes what is read back', () => {
    const file = new CaptureFile(at('run.pcap'));
    file.record(EPOCH_MS, REQUEST, null);
    file.record(EPOCH_MS + 1, REPLY, 7);
    file.close();
    expect(file.problem).toBeNull();
    expect(readAll(...chunksOf(at('run.pcap')))).toEqual({
      frames: [
        { epochMs: EPOCH_MS, interfaceId: 0, bytes: REQUEST, vlanId: null },
        { epochMs: EPOCH_MS + 1, interfaceId: 0, bytes: REPLY, vlanId: 7 },
      ],
      end: 'complete',
      skippedFrames: 0,
    });
    expect(readdirSync(folder)).toEqual(['run.pcap']);
    expect(openFiles()).toEqual([]);
  });

  it('is a capture of nothing when nothing was recorded, and is closed by `using`', () => {
    {
      using _file = new CaptureFile(at('run.pcap'));
    }
    expect(readAll(...chunksOf(at('run.pcap')))).toEqual({ frames: [], end: 'complete', skippedFrames: 0 });
  });

  it('keeps all of many frames, the longest among them, in order', () => {
    const frames = Array.from({ length: 3000 }, (_, index) => new Uint8Array(index % 100 === 0 ? 65_535 : 60));
    const file = new CaptureFile(at('run.pcap'));
    for (const [index, frame] of frames.entries()) file.record(index, frame, null);
    file.close();
    const read = readAll(...chunksOf(at('run.pcap')));
    expect(read.frames.map(({ epochMs }) => epochMs)).toEqual(frames.map((_, index) => index));
    expect(read.frames.map(({ bytes }) => bytes.length)).toEqual(frames.map(({ length }) => length));
  });

  it('leaves the older capture as it is until it is closed', () => {
    writeFileSync(at('run.pcap'), 'old');
    const file = new CaptureFile(at('run.pcap'));
    for (let index = 0; index < 5000; index++) file.record(EPOCH_MS, REQUEST, null);
    expect(readFileSync(at('run.pcap'), 'utf8')).toBe('old');
    file.close();
    expect(readFileSync(at('run.pcap')).length).toBe(24 + 5000 * (16 + REQUEST.length));
  });

  it('does nothing after it is closed', () => {
    const file = new CaptureFile(at('run.pcap'));
    file.close();
    file.record(EPOCH_MS, REQUEST, null);
    file.close();
    expect(readFileSync(at('run.pcap')).length).toBe(24);
    expect(file.problem).toBeNull();
  });

  it('stops when the disk is full, and says so', () => {
    const file = new CaptureFile('/dev/full');
    for (let index = 0; index < 5000; index++) file.record(EPOCH_MS, REQUEST, null);
    expect(file.problem).toMatch(/^ENOSPC/);
    file.close();
    expect(file.problem).toMatch(/^ENOSPC/);
  });

  it('removes what it began when it can’t put it in its place', () => {
    const file = new CaptureFile(at('run.pcap'));
    mkdirSync(at('run.pcap'));
    file.close();
    expect(file.problem).toMatch(/^EISDIR/);
    expect(readdirSync(folder)).toEqual(['run.pcap']);
    expect(openFiles()).toEqual([]);
  });

  it('throws when nothing can be written there', () => {
    expect(() => new CaptureFile(at('missing/run.pcap'))).toThrow(/ENOENT/);
  });

  it('writes to a pipe as it is', async () => {
    const reader = readPipe('cat < "$0" > "$1"');
    const file = new CaptureFile(at('pipe'));
    for (let index = 0; index < 5000; index++) file.record(EPOCH_MS, REQUEST, null);
    file.close();
    await reader;
    expect(file.problem).toBeNull();
    expect(readAll(...chunksOf(at('read'))).frames).toHaveLength(5000);
    expect(readdirSync(folder)).toEqual(['pipe', 'read']);
  });

  it('stops when the reader of a pipe goes away', async () => {
    const reader = readPipe('exec < "$0"');
    const file = new CaptureFile(at('pipe'));
    await reader;
    file.close();
    expect(file.problem).toMatch(/^EPIPE/);
    expect(readdirSync(folder)).toEqual(['pipe']);
  });
});

/** Runs a shell on a new pipe ($0) and an output file ($1) until it ends. */
async function readPipe(script: string): Promise<void> {
  execFileSync('mkfifo', [at('pipe')]);
  await once(spawn('sh', ['-c', script, at('pipe'), at('read')]), 'exit');
}

describe('chunksOf', () => {
  it('closes the file when the reader stops early', () => {
    const file = new CaptureFile(at('run.pcap'));
    for (let index = 0; index < 10_000; index++) file.record(EPOCH_MS, REQUEST, null);
    file.close();
    for (const { bytes } of readCapture(chunksOf(at('run.pcap')))) {
      expect([bytes, openFiles()]).toEqual([REQUEST, [at('run.pcap')]]);
      break;
    }
    expect(openFiles()).toEqual([]);
  });

  it('throws what the system says', () => {
    expect(() => readAll(...chunksOf(at('missing')))).toThrow(/ENOENT/);
    expect(() => readAll(...chunksOf(folder))).toThrow(/EISDIR/);
  });
});

const tcpdumpProblem = spawnSync('tcpdump', ['--version']).error?.message ?? null;
if (tcpdumpProblem !== null) console.warn(`Captures are not compared with tcpdump. ${tcpdumpProblem}`);

describe.skipIf(tcpdumpProblem !== null)('tcpdump', () => {
  it('reads what was written: time, addresses, VLAN and ARP', () => {
    const file = new CaptureFile(at('run.pcap'));
    file.record(EPOCH_MS, REQUEST, null);
    file.record(EPOCH_MS + 1000, REPLY, 7);
    file.close();
    const args = ['-nn', '-e', '-tt', '--nano', '-r', at('run.pcap')];
    const told = execFileSync('tcpdump', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    expect(told.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^1700000000\.123500000 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, .*Request who-has 10\.0\.0\.5 tell 10\.0\.0\.2/,
      ),
      expect.stringMatching(
        /^1700000001\.123500000 52:54:00:12:ab:ef > 02:00:00:00:00:01, .*vlan 7, .*Reply 10\.0\.0\.5 is-at 52:54:00:12:ab:ef/,
      ),
    ]);
  });
});
