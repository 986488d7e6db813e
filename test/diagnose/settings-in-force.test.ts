// A path that forgets, weighed against the settings in force: off, too slow, soon enough, and whose.

import { describe, expect, test } from 'vitest';
import type { Cause } from '../../src/diagnose/cause.ts';
import type { Evidence } from '../../src/evidence.ts';
import { causeOf, HOST, idle, keepalive, ssh, sshdSet } from './seen.ts';

/** Forgets after 7 s. */
const FORGETS = idle({
  port: 22,
  survivedSeconds: 6.8,
  expiredSeconds: 7.2,
  onExpiry: 'silent-drop',
  deaths: 3,
  probes: [
    { idleSeconds: 6.8, outcome: 'alive', code: null, pass: 1 },
    { idleSeconds: 7.2, outcome: 'silent-drop', code: 'ETIMEDOUT', pass: 1 },
  ],
});

const weighed = (...settings: readonly Evidence[]): Cause => causeOf('idle-timeout', FORGETS, keepalive(), ...settings);
const text = ({ advice }: Cause): string => advice.join('\n');

describe('an idle timeout and the settings in force', () => {
  test('the verdict about the path is the same, whatever is set', () => {
    for (const interval of [0, 2, 30]) {
      const cause = weighed(ssh({ serverAliveInterval: interval }));
      expect(cause).toMatchObject({ verdict: 'confirmed', because: ['idle-1', 'krn-1', 'ssh-1'] });
    }
  });

  test('unknown settings change nothing', () => {
    const unread = weighed(
      ssh({ unreadBecause: 'there is no ssh program on this machine', serverAliveInterval: null }),
    );
    expect(unread).toEqual(weighed());
    expect(text(unread)).toMatch(/^Let ssh speak more often/);
  });

  test('off is said to be off', () => {
    const cause = weighed(ssh());
    expect(cause.advice[0]).toMatch(/^ServerAliveInterval is 0, off, in your configuration for 10\.0\.0\.5/);
    expect(cause.effect).toBeUndefined();
    expect(text(cause)).toMatch(/Host 10\.0\.0\.5\n {4}ServerAliveInterval 2\n {4}ServerAliveCountMax 29/);
    expect(text(cause)).toContain('ssh -o ServerAliveInterval=2 -o ServerAliveCountMax=29 10.0.0.5');
    expect(text(cause)).toMatch(/ClientAliveInterval 2\nClientAliveCountMax 29\nthen: sudo systemctl reload ssh/);
  });

  test('soon enough: nothing needs changing, and the session is not said to die', () => {
    const cause = weighed(ssh({ serverAliveInterval: 2 }));
    expect(cause.advice[0]).toMatch(
      /is 2 s, which is below that: this session would survive, and nothing needs changing/,
    );
    expect(cause.effect).toMatch(/yours is kept alive: ssh speaks every 2 s \(ServerAliveInterval\)/);
    expect(text(cause)).not.toMatch(/~\/\.ssh\/config|ssh -o|comes late/);
  });

  test('just soon enough: said so', () => {
    expect(text(weighed(ssh({ serverAliveInterval: 6 })))).toMatch(
      /would survive.* If it ever comes late, it comes too late/,
    );
    // Between what lived and what died nobody knows.
    expect(text(weighed(ssh({ serverAliveInterval: 7 })))).toContain('too slow for this path');
  });

  test('too slow: why', () => {
    const cause = weighed(ssh({ serverAliveInterval: 30 }));
    expect(cause.advice[0]).toMatch(
      /30 s, is too slow for this path: it forgets a connection after 6\.8 to 7\.2 s of silence, so that the first keepalive, after 30 s/,
    );
    expect(text(cause)).toContain('Host 10.0.0.5\n    ServerAliveInterval 2\n');
    expect(cause.effect).toBeUndefined();
  });

  test('the server may be the one who speaks in time', () => {
    const cause = weighed(ssh(), sshdSet({ clientAliveInterval: 2 }));
    expect(cause.effect).toContain('the server speaks within 4 s (ClientAliveInterval)');
    expect(cause.advice[0]).toMatch(
      /^ClientAliveInterval of the server is 2 s, so that it speaks within 4 s, below that: .*nothing needs changing/,
    );
    expect(text(cause)).not.toMatch(/sshd_config/);
  });

  test('the server speaks every second time only: what would be in time by its number may come too late', () => {
    const cause = weighed(ssh(), sshdSet({ clientAliveInterval: 5 }));
    expect(cause.effect).toBeUndefined();
    expect(text(cause)).toContain('Let ssh speak more often than that');
    expect(text(cause)).not.toContain('would survive');
  });

  test('TCPKeepAlive is told as it is set', () => {
    expect(text(weighed(ssh()))).toContain('TCPKeepAlive (on in your configuration) first sends after 2 h');
    expect(text(weighed(ssh({ tcpKeepAlive: false })))).toContain(
      'TCPKeepAlive (off in your configuration) would first send',
    );
  });

  test('a detour is not the path that was measured', () => {
    expect(text(weighed(ssh({ proxyJump: 'gate' })))).toMatch(/by way of gate \(ProxyJump\).*on the direct path/);
    expect(text(weighed(ssh({ hasProxyCommand: true })))).toContain('by way of a ProxyCommand');
  });

  test('ssh may have a timer of its own, which is said even where nothing needs changing for the path', () => {
    const closing = (channel: string): string =>
      text(weighed(ssh({ serverAliveInterval: 2, channelTimeout: [{ channel, seconds: 300 }] })));
    expect(closing('session')).toMatch(/nothing needs changing[\s\S]*ssh itself closes a session .* no data for 5 min/);
    expect(closing('sess*')).toContain('ChannelTimeout sess*=300');
    // What sshd calls its channels is nothing to ssh.
    for (const other of ['session:*', 'x11-connection', '(']) expect(closing(other)).not.toContain('ChannelTimeout');
  });

  test('of a host with two names, the settings of the name it is told by count', () => {
    const named = { ...FORGETS, host: 'db.example.org' };
    const other = ssh({ id: 'ssh-0', host: HOST, serverAliveInterval: 2 });
    const own = ssh({ host: 'db.example.org', serverAliveInterval: 30 });
    expect(causeOf('idle-timeout', named, other, own).because).toContain('ssh-1');
  });
});
