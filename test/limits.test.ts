// Everything that grows by what others send, driven over its limit: it stops there, and says so. docs/limits.md lists them all,
// with the tests elsewhere.

import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { uint32ToIpv4 } from '../src/address/ipv4.ts';
import { Eavesdropper, encodeArpFrame } from '../src/arp-lite/index.ts';
import { CaptureFile, readCapture } from '../src/capture/index.ts';
import { systemClock } from '../src/clock.ts';
import type { Evidence } from '../src/evidence.ts';
import { answer, LogReader, readingOf, recognise, renderAnswer, renderLog } from '../src/explain/index.ts';
import { renderHtml } from '../src/html/index.ts';
import { EchoTally } from '../src/icmp/echo-tally.ts';
import { readReport } from '../src/report/read.ts';
import { renderText } from '../src/report/text.ts';
import { tellFarSettings } from '../src/scan/far-settings.ts';
import { tellHeard } from '../src/scan/heard.ts';
import { contests } from '../src/scan/rivals.ts';
import { firstHop } from '../src/session/first-hop.ts';
import { Session } from '../src/session/session.ts';
import { parseSurvey } from '../src/session/survey.ts';
import { parseClientSettings } from '../src/ssh/index.ts';
import { printClientSettings } from '../src/ssh/settings-programs.ts';
import { readSshdConfig } from '../src/ssh/sshd-config.ts';
import type { Carrier } from '../src/tcp/index.ts';
import { reportOf } from './report/reports.ts';
import { mac } from './support/addresses.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const FOR_PEOPLE = { color: false, verbosity: 'normal' } as const;
const ROOT = new URL('../', import.meta.url);

describe('from the wire', () => {
  test('addresses that are claimed: 65,536 are kept, and the frames of others counted', () => {
    const ear = new Eavesdropper(null);
    const somebody = mac('02:00:00:00:00:01');
    const claim = {
      destinationMac: somebody,
      sourceMac: somebody,
      operation: 2,
      senderMac: somebody,
      targetMac: somebody,
    };
    for (let host = 1; host <= 65_546; host++) {
      const ip = uint32ToIpv4(0x0a00_0000 + host);
      ear.hear(encodeArpFrame({ ...claim, senderIp: ip, targetIp: ip }), null, host);
    }
    const told = tellHeard({ check: 'read', target: 'x.pcap', addresses: null, expected: new Map() }, ear, {
      interface: null,
      source: 'capture',
      own: new Map(),
      listenedSeconds: 1,
      kernelDrops: 0,
      complete: true,
    });
    expect(told[0]).toMatchObject({ kind: 'arp-sweep', addressesAnswered: 65_536 });
    expect(told.at(-1)).toMatchObject({ kind: 'skipped', because: expect.stringMatching(/\(65536\): 10 frames/) });
  });

  test('errors about one echo request: four', () => {
    const tally = new EchoTally('10.0.0.5');
    tally.leaves(1, 0);
    for (let error = 0; error < 1000; error++) tally.refused(1, { from: `10.0.${error >> 8}.1`, type: 3, code: 1 });
    expect(tally.result().errors).toHaveLength(4);
  });

  test('frames in a capture that is written', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'lan.pcap');
    const file = new CaptureFile(path, 1000);
    for (let frame = 0; frame < 100; frame++) file.record(frame, new Uint8Array(60), null);
    file.close();
    const kept = [...readCapture([readFileSync(path)])];
    expect(kept).toHaveLength(12);
    expect(file.problem).toBeNull();
    expect(file.shortfall).toBe('it ends at 0.001 MB; 88 later frames are not in it');
    const whole = new CaptureFile(path);
    whole.record(1, new Uint8Array(60), null);
    whole.close();
    expect(whole.shortfall).toBeNull();
  });
});

test('contested addresses that are looked into: 8, with 4 rivals each', () => {
  const ear = new Eavesdropper(null);
  const addresses = Array.from({ length: 20 }, (_, host) => uint32ToIpv4(0x0a00_0001 + host));
  for (const ip of addresses) {
    for (let station = 1; station <= 6; station++) {
      const somebody = mac(`52:54:00:00:00:0${station}`);
      const claim = {
        destinationMac: somebody,
        sourceMac: somebody,
        operation: 2,
        senderMac: somebody,
        targetMac: somebody,
      };
      ear.hear(encodeArpFrame({ ...claim, senderIp: ip, targetIp: ip }), null, station);
    }
  }
  const found = contests(addresses, ear.claims, { ownAddresses: new Map(), expected: new Map() });
  expect(found.map(({ macs }) => macs.length)).toEqual(Array(8).fill(4));
});

describe('from programs and far sides', () => {
  test('a value of a setting: 4096 characters, and what is short is whole', () => {
    const settings = (value: string) => parseClientSettings(`ipqos ${value}\n`).ipqos;
    expect(settings('x'.repeat(4096))).toHaveLength(4096);
    expect(settings('x'.repeat(9999))).toHaveLength(4096);
  });

  test('jump hosts: 8', async () => {
    const settings = parseClientSettings('hostname h\nport 22\nproxyjump h\n');
    let asked = 0;
    const found = await firstHop({ destination: 'h', port: null }, async () => {
      asked++;
      return { ok: true, settings };
    });
    expect(found).toMatchObject({ ok: false, because: 'its jump hosts could not be followed' });
    expect(asked).toBe(8);
  });

  test('what ssh -G prints: 256 kB, and then it is unread for that reason', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'ssh');
    writeFileSync(path, '#!/bin/sh\nhead -c 300000 /dev/zero | tr "\\0" x\n');
    chmodSync(path, 0o755);
    const env = { ...process.env, PATH: `${folder.path}:${process.env.PATH}` };
    expect(await printClientSettings({ destination: 'host', port: null }, undefined, { env })).toEqual({
      ok: false,
      because: 'ssh -G printed more than 256 kB',
    });
  });

  test('what a far side says of its settings: nothing of it is believed', () => {
    expect(tellFarSettings('h', parseSurvey(null), null)[0]).toMatchObject({
      unreadBecause: 'the far side has more to say of its settings than is read (64 kB)',
      user: null,
      clientAliveInterval: null,
    });
  });

  test('files that a configuration includes: 64', () => {
    const include = { path: '/etc/ssh/sshd_config.d/a.conf', text: 'Include /etc/ssh/sshd_config.d/*.conf\n' };
    const { leftOut, dump } = readSshdConfig([{ ...include, path: '/etc/ssh/sshd_config' }, include], []);
    expect(leftOut).toBe('more than 64 included files');
    expect(dump.length).toBeLessThan(1000);
  });

  test('what a server sends and ssh does not read: 4 MB, then it is no session', async () => {
    const { session, flood } = unreadSession();
    for (let sent = 0; sent <= 4 * 2 ** 20; sent += 65_536) flood(new Uint8Array(65_536));
    expect(session.failedLogin.said).toBe('the server sends faster than ssh reads: 4 MB are unread');
    const before = process.memoryUsage().arrayBuffers;
    for (let sent = 0; sent < 64; sent++) flood(new Uint8Array(2 ** 20));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 2 ** 20);
    await session.ended();
  });
});

describe('from files and pipes', () => {
  test('lines that are pasted: 1000, and how many were not read', () => {
    const told = answer(recognise(`Broken pipe\n${'something else\n'.repeat(1500)}`));
    expect(told.unknown).toHaveLength(999);
    expect(told.linesUnread).toBe(501);
    expect(renderAnswer(told, FOR_PEOPLE)).toContain('The last 501 lines were not read');
    expect(answer(recognise('Broken pipe'))).not.toHaveProperty('linesUnread');
  });

  test('sessions of a log that are open at once: 20,000', () => {
    const reader = new LogReader(Date.UTC(2026, 5));
    for (let n = 0; n < 20_050; n++) {
      reader.read(
        `Jan  2 03:04:05 h sshd[${n + 1}]: Accepted publickey for a from 10.${n >> 14}.${(n >> 7) & 127}.${n & 127} port 50000 ssh2`,
      );
    }
    const reading = readingOf(reader.finish());
    expect(reading.facts.sessions).toMatchObject({ forgotten: 50, stillOpen: 20_000 });
    expect(renderLog(reading, 'auth.log', FOR_PEOPLE)).toMatch(/50 of\s+them were not followed/);
  });

  test('evidence in a report: 70,000 pieces, and more is none of ours', () => {
    const skipped = { kind: 'skipped', check: 'ping', target: 'h', because: 'x', hint: 'y' };
    const evidence = Array.from({ length: 70_001 }, (_, index) => ({ id: `s-${index}`, ...skipped }));
    expect(readReport(JSON.stringify(reportOf({ evidence: evidence as Evidence[] })), '0.1.0')).toEqual({
      ok: false,
      problem: 'it holds 70001 pieces of evidence; more than 70000 no netcheck finds',
    });
  });

  test('rows in a box: 500, and how many more there are; --plain has them all', () => {
    const evidence = Array.from({ length: 600 }, (_, index): Evidence => {
      const at = { host: `h${index}`, address: '10.0.0.5', port: 22 };
      return {
        id: `t-${index}`,
        kind: 'tcp-connect',
        ...at,
        outcome: 'open',
        code: null,
        connectMs: 1,
        greeting: null,
      };
    });
    const text = (plain: boolean): string => renderText(reportOf({ evidence }), { ...FOR_PEOPLE, plain });
    expect(text(false)).toContain('… and 100 more rows (--plain and --json have all)');
    expect(text(false)).not.toContain('h599');
    expect(text(true)).toContain('h599');
  });
});

test('texts in a cell and in the page: shortened visibly, and whole for programs', () => {
  const because = `${'x'.repeat(5000)}END`;
  const evidence = [
    { id: 's-1', kind: 'skipped', check: 'ping', target: 'h', because, hint: 'y' },
    {
      id: 't-1',
      kind: 'tcp-connect',
      host: because,
      address: '10.0.0.5',
      port: 22,
      outcome: 'open',
      code: null,
      connectMs: 1,
      greeting: null,
    },
  ] as Evidence[];
  const report = reportOf({ evidence });
  expect(renderText(report, { ...FOR_PEOPLE, plain: true })).toContain('END');
  expect(renderHtml(report)).toContain('… (5003 characters)');
  expect(renderHtml(report)).toMatch(/"because": "x{5000}END"/);
  const rows = renderText(report, FOR_PEOPLE)
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .join('\n');
  expect(rows).toMatch(/x{500}…/);
  expect(rows).not.toMatch(/x{501}/);
});

test('the table names tests that there are', () => {
  const page = readFileSync(new URL('docs/limits.md', ROOT), 'utf8');
  const named = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(30);
  for (const path of named) expect(() => readFileSync(new URL(path, ROOT))).not.toThrow();
});

/** A session whose ssh never reads what the server sends. */
function unreadSession(): { readonly session: Session; readonly flood: (bytes: Uint8Array) => void } {
  let flood: (bytes: Uint8Array) => void = () => {};
  const carrier = {
    localPort: 1,
    listen: (onBytes: typeof flood) => {
      flood = onBytes;
    },
    state: () => ({ greeting: new Uint8Array(), ending: null }),
    close: () => {},
  } as unknown as Carrier;
  const ssh = Object.assign(new EventEmitter(), {
    exitCode: null,
    kill: () => ssh.emit('close'),
  }) as unknown as ChildProcess;
  const session = new Session(carrier, createServer(), ssh, null, systemClock);
  return { session, flood: (bytes) => flood(bytes) };
}
