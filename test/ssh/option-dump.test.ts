// What ssh -G and sshd -T print, as several releases print it: what is known is read, what is not is left alone.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseClientSettings, parseServerSettings } from '../../src/ssh/index.ts';
import { parseTime } from '../../src/ssh/option-dump.ts';
import { hostileText } from '../support/arbitrary-evidence.ts';

/** The lines of a dump that matter here, with some that do not among them. */
const dump = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

const NOT_PRINTED = {
  channelTimeout: null,
  proxyJump: null,
  hasProxyCommand: false,
  bindAddress: null,
  bindInterface: null,
};

describe('ssh -G', () => {
  test('of OpenSSH 8.0, which prints no host and knows no ChannelTimeout', () => {
    const printed = dump(
      'user root',
      'hostname 127.0.0.1',
      'port 2222',
      'addkeystoagent false',
      'tcpkeepalive yes',
      'serveralivecountmax 3',
      'serveraliveinterval 0',
      'canonicaldomains',
      'ipqos lowdelay throughput',
      'rekeylimit 0 0',
    );
    expect(parseClientSettings(printed)).toEqual({
      user: 'root',
      hostname: '127.0.0.1',
      port: 2222,
      serverAliveInterval: 0,
      serverAliveCountMax: 3,
      tcpKeepAlive: true,
      ipqos: 'lowdelay throughput',
      rekeyLimit: '0 0',
      ...NOT_PRINTED,
    });
  });

  test('of OpenSSH 9.2 with a ProxyJump, an interval that was written as 1m30s and a rekey limit', () => {
    const printed = dump(
      'host x',
      'user root',
      'hostname x',
      'port 22',
      'tcpkeepalive no',
      'serveraliveinterval 90',
      'rekeylimit 1073741824 3600',
      'ipqos af21 cs1',
      'proxyjump a@b:33,c',
    );
    expect(parseClientSettings(printed)).toMatchObject({
      serverAliveInterval: 90,
      tcpKeepAlive: false,
      rekeyLimit: '1073741824 3600',
      proxyJump: 'a@b:33,c',
    });
  });

  test('of OpenSSH 10, with what is new in it', () => {
    const printed = dump('ipqos ef none', 'channeltimeout session=300', 'warnweakcrypto yes', 'proxycommand secret %h');
    const settings = parseClientSettings(printed);
    expect(settings).toMatchObject({
      ipqos: 'ef none',
      channelTimeout: [{ channel: 'session', seconds: 300 }],
      hasProxyCommand: true,
      serverAliveInterval: null,
    });
    expect(JSON.stringify(settings)).not.toContain('secret');
  });
});

describe('sshd -T', () => {
  test('of OpenSSH 9.2, which prints times as seconds and those of channels as they were written', () => {
    const printed = dump(
      'logingracetime 120',
      'maxsessions 10',
      'clientaliveinterval 60',
      'clientalivecountmax 0',
      'unusedconnectiontimeout 300',
      'tcpkeepalive yes',
      'chrootdirectory /home/%u',
      'channeltimeout session:*=5m agent-connection=1h',
      'maxstartups 10:30:100',
      'rekeylimit 0 0',
    );
    expect(parseServerSettings(printed)).toEqual({
      clientAliveInterval: 60,
      clientAliveCountMax: 0,
      tcpKeepAlive: true,
      loginGraceTime: 120,
      channelTimeout: [
        { channel: 'session:*', seconds: 300 },
        { channel: 'agent-connection', seconds: 3600 },
      ],
      unusedConnectionTimeout: 300,
      maxSessions: 10,
      maxStartups: '10:30:100',
      rekeyLimit: '0 0',
      chrootDirectory: '/home/%u',
    });
  });

  test('tells what is off from what a release does not know', () => {
    const off = dump('unusedconnectiontimeout none', 'channeltimeout none', 'chrootdirectory none');
    expect(parseServerSettings(off)).toMatchObject({
      unusedConnectionTimeout: 0,
      channelTimeout: [],
      chrootDirectory: null,
      clientAliveInterval: null,
    });
    expect(parseServerSettings('')).toMatchObject({ unusedConnectionTimeout: null, channelTimeout: null });
  });
});

test.each([
  ['60', 60],
  ['1m30s', 90],
  ['2H', 7200],
  ['1d1h', 90_000],
  ['1w', 604_800],
  ['none', 0],
  ['never', 0],
  ['', null],
  ['-1', null],
  ['1.5', null],
  ['5x', null],
])('the time %s is %s s', (text, seconds) => expect(parseTime(text)).toBe(seconds));

test('hostile bytes are values: never an exception, never a control character', () => {
  const line = fc.tuple(
    fc.constantFrom('user', 'serveraliveinterval', 'channeltimeout', 'proxyjump', 'port'),
    hostileText,
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.map(([keyword, value]) => `${keyword} ${value}`).join('\n');
      const settings = [parseClientSettings(text), parseServerSettings(text)];
      for (const value of settings.flatMap((each) => Object.values(each))) {
        if (typeof value === 'string') expect(value).toMatch(/^[\x20-\x7e]{1,255}$/);
        if (typeof value === 'number') expect(value).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('the first line of a keyword counts', () => {
  expect(parseClientSettings('user a\nUser b\n').user).toBe('a');
});
