// Which settings of sshd end sessions, and which only look as if they did.

import { describe, expect, test } from 'vitest';
import type { EvidenceOf } from '../../src/evidence.ts';
import { causeOf, sshdSet, tcp } from './seen.ts';

type Some = Partial<EvidenceOf<'ssh-server-settings'>>;

const settings = (some: Some, greeting: string | null = null) =>
  causeOf('sshd-settings', sshdSet(some), { ...tcp('open'), greeting });
const closing = (channel: string, seconds = 600): Some => ({ channelTimeout: [{ channel, seconds }] });
const ZERO: Some = { clientAliveInterval: 60, clientAliveCountMax: 0 };
const component = (path: string, ownerUid: number, mode: string, problem: 'not-root' | 'writable' | null) => ({
  path,
  ownerUid,
  mode,
  problem,
});

const shell = (tmoutSeconds: number | null, watched: NonNullable<Some['shell']>['watched'] = null): Some => ({
  shell: { program: '/bin/bash', tmoutSeconds, watched },
});
const watched = (outcome: 'ended' | 'lost' | 'open', silentSeconds: number) => ({
  outcome,
  silentSeconds,
  exitStatus: outcome === 'ended' ? 1 : null,
});

describe('a shell’s own timer', () => {
  test.each<[string, Some, string, RegExp]>([
    [
      'seen',
      shell(600, watched('ended', 600.4)),
      'confirmed',
      /TMOUT=600, of \/bin\/bash\), seen: .* with exit status 1/,
    ],
    ['only read', shell(600), 'likely', /^The login shell on \S+ logs out whoever types nothing for 10 min/],
    ['not seen to end', shell(600, watched('open', 608)), 'possible', /was still there after/],
    ['cut off before', shell(600, watched('lost', 300)), 'likely', /lost its connection before that/],
    ['ended at another time', shell(600, watched('ended', 20)), 'likely', /TMOUT=600/],
    ['none', shell(0), 'ruled-out', /Its login shell \(\/bin\/bash\) has no TMOUT\.$/],
    ['not asked', shell(null), 'ruled-out', /A shell’s own TMOUT is not among them\.$/],
  ])('%s', (_, some, verdict, says) => {
    const cause = settings(some);
    expect(cause.verdict).toBe(verdict);
    expect(cause.summary).toMatch(says);
  });

  test('is told though sshd could not be asked, and with what sshd does', () => {
    const unread: Some = { ...shell(60), unreadBecause: 'deploy may not read it', user: null };
    expect(settings(unread)).toMatchObject({ verdict: 'likely', because: ['sshd-1'] });
    const both = settings({ ...shell(60, watched('ended', 60)), ...closing('session:*') });
    expect(both.summary).toMatch(/^sshd on .*ChannelTimeout .*\. The login shell on .*TMOUT=60/);
  });
});

describe('what came on the wire', () => {
  const onTheWire = (clientAliveInterval: number, intervalSeconds: number) =>
    causeOf('sshd-settings', sshdSet({ clientAliveInterval }), {
      ...tcp('open'),
      id: 'alive-1',
      kind: 'ssh-server-keepalive',
      intervalSeconds,
      count: 9,
    } as EvidenceOf<'ssh-server-keepalive'>).summary;

  test('is held against what is set', () => {
    expect(onTheWire(15, 15.1)).toMatch(/every 15\.1 s, as it is set\.$/);
    expect(onTheWire(2, 4)).toMatch(/every 4 s: OpenSSH sends one every second time/);
    expect(onTheWire(0, 30)).toMatch(/But on the wire its keepalives came every 30 s: it runs with other settings/);
    expect(onTheWire(300, 30)).toMatch(/But on the wire/);
  });
});

describe('files in place of sshd -T', () => {
  test('rule out nothing where something of them was left out', () => {
    expect(settings({ readBy: 'files', leftOut: null }).verdict).toBe('ruled-out');
    expect(settings({ readBy: 'files', leftOut: 'Match blocks' })).toMatchObject({
      verdict: 'unknown',
      because: [],
      summary: expect.stringMatching(/Not read: Match blocks\.$/),
    });
  });
});

describe('sshd-settings', () => {
  test.each<[string, Some, string | null, string, RegExp]>([
    [
      'the defaults',
      {},
      null,
      'ruled-out',
      /sends no keepalives .* no ChannelTimeout .* LoginGraceTime \(2 min\) only/,
    ],
    ['keepalives', { clientAliveInterval: 60 }, null, 'ruled-out', /only end what no longer answers/],
    ['every session', closing('session:*'), null, 'confirmed', /no data for 10 min .*keepalives are no data/],
    ['shells', closing('session:shell'), null, 'confirmed', /ChannelTimeout session:shell=600/],
    ['everything', closing('*'), null, 'confirmed', /ChannelTimeout/],
    ['all channels together', closing('global'), null, 'confirmed', /ChannelTimeout/],
    // Tried with OpenSSH 9.2: sshd has no channels of that name, only session:shell, session:command, …
    ['a name no channel has', closing('session'), null, 'ruled-out', /no ChannelTimeout/],
    ['other channels', closing('x11-connection'), null, 'ruled-out', /no ChannelTimeout/],
    ['a timeout of 0', closing('session:*', 0), null, 'ruled-out', /no ChannelTimeout/],
    [
      'connections without a session',
      { unusedConnectionTimeout: 300 },
      null,
      'possible',
      /without any session .* 5 min/,
    ],
    ['a count of 0, old', ZERO, 'SSH-2.0-OpenSSH_8.1', 'confirmed', /idle for 60 s/],
    ['a count of 0, new', ZERO, 'SSH-2.0-OpenSSH_8.2p1 Ubuntu', 'ruled-out', /gives up on nobody/],
    ['a count of 0, OpenSSH 10', ZERO, 'SSH-2.0-OpenSSH_10.0', 'ruled-out', /gives up on nobody/],
    ['a count of 0, of who knows which release', ZERO, null, 'possible', /if it is older than OpenSSH 8\.2/],
  ])('%s', (_, some, greeting, verdict, says) => {
    const cause = settings(some, greeting);
    expect(cause).toMatchObject({ verdict, because: ['sshd-1'] });
    expect(cause.summary).toMatch(says);
    expect(cause.advice.join('\n').includes('systemctl reload ssh')).toBe(verdict !== 'ruled-out');
  });

  test('a ChrootDirectory that sshd refuses ends sessions right after the login', () => {
    const cause = settings({
      chrootDirectory: '/srv/%u',
      chrootPath: [
        component('/', 0, '755', null),
        component('/srv', 1000, '755', 'not-root'),
        component('/srv/deploy', 0, '775', 'writable'),
      ],
    });
    expect(cause).toMatchObject({ verdict: 'confirmed', moments: ['at-login'] });
    expect(cause.summary).toMatch(
      /right after the login, because it refuses ChrootDirectory \/srv\/%u: \/srv belongs to user 1000, others may write to \/srv\/deploy \(mode 775\)/,
    );
    expect(cause.advice[0]).toContain('sudo chown root:root /srv /srv/deploy && sudo chmod go-w /srv /srv/deploy');
  });

  test('one that is root’s all the way does not, and one that could not be looked at is said to be so', () => {
    const fine = settings({ chrootDirectory: '/srv', chrootPath: [component('/', 0, '755', null)] });
    expect(fine).toMatchObject({ verdict: 'ruled-out', summary: expect.stringContaining('root’s all the way') });
    expect(settings({ chrootDirectory: '/srv' }).summary).toContain('(/srv) was not looked at');
  });

  test('unread settings are not checked, with what to run', () => {
    const cause = causeOf('sshd-settings', sshdSet({ unreadBecause: 'sshd -T failed (no hostkeys available)' }));
    expect(cause).toMatchObject({ verdict: 'unknown', because: [] });
    expect(cause.missing).toEqual(['sudo netcheck --ping 10.0.0.5 (sshd -T needs root)']);
  });
});
