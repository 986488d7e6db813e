// sshd_config as files: what can be said of it without sshd, and what was left out.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseServerSettings, readSshdConfig } from '../../src/ssh/index.ts';

const MAIN = '/etc/ssh/sshd_config';
const read = (text: string, others: Record<string, string> = {}, closed: readonly string[] = []) => {
  const files = [{ path: MAIN, text }, ...Object.entries(others).map(([path, each]) => ({ path, text: each }))];
  const { dump, leftOut } = readSshdConfig(files, closed);
  return { ...parseServerSettings(dump), leftOut };
};

describe('sshd_config', () => {
  test('where it says nothing has the documented defaults, and what depends on the release stays unknown', () => {
    expect(read('# ClientAliveInterval 5\n')).toMatchObject({
      clientAliveInterval: 0,
      clientAliveCountMax: 3,
      tcpKeepAlive: true,
      loginGraceTime: 120,
      channelTimeout: null,
      unusedConnectionTimeout: null,
      leftOut: null,
    });
  });

  test('counts the first of a keyword, in whatever case and form it is written', () => {
    const text =
      'clientaliveinterval=1m\nClientAliveInterval 5\n  TCPKeepAlive "no"  # a word\nChannelTimeout session:*=5m\n';
    expect(read(text)).toMatchObject({
      clientAliveInterval: 60,
      tcpKeepAlive: false,
      channelTimeout: [{ channel: 'session:*', seconds: 300 }],
    });
  });

  test('reads what it includes in its place, and Match blocks of that end with it', () => {
    const others = {
      '/etc/ssh/sshd_config.d/10-a.conf': 'ClientAliveInterval 30\nMatch User x\nClientAliveCountMax 9\n',
      '/etc/ssh/sshd_config.d/20-b.conf': 'ClientAliveInterval 40\nClientAliveCountMax 2\n',
    };
    const settings = read('Include /etc/ssh/sshd_config.d/*.conf\nClientAliveInterval 50\n', others);
    expect(settings).toMatchObject({ clientAliveInterval: 30, clientAliveCountMax: 2, leftOut: 'Match blocks' });
  });

  test('says what was left out', () => {
    const { leftOut, clientAliveInterval } = read('Include site/*.conf\nMatch all\n  ClientAliveInterval 7\n', {}, [
      '/etc/ssh/sshd_config.d/50-x.conf',
    ]);
    expect(leftOut).toBe(
      '/etc/ssh/sshd_config.d/50-x.conf, which this account may not read, Include site/*.conf, Match blocks',
    );
    expect(clientAliveInterval).toBe(0);
  });

  test('that includes itself ends', () => {
    const path = '/etc/ssh/sshd_config.d/a.conf';
    expect(read('Include sshd_config.d/a.conf\n', { [path]: 'Include sshd_config.d/a.conf\n' }).leftOut).toBe(
      'more than 64 included files',
    );
  });

  test('is read whatever it holds', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void read(text)));
  });
});
