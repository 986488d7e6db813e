// What drops in a log have in common, and which cause comes first for it: the time is what tells them apart.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LogReading, renderLog } from '../../src/explain/index.ts';
import { authLog, CLOSED, RESET, readLog, session, TIMED_OUT } from './auth-log.ts';

const MINUTE = 60;
const first = ({ findings }: LogReading) =>
  findings[0] && {
    kind: findings[0].kind,
    certainty: findings[0].certainty,
    count: findings[0].count,
    cause: findings[0].causes[0]?.cause,
  };
const text = (reading: LogReading) => renderLog(reading, 'auth.log', { color: false, verbosity: 'normal' });
const read = (...sessions: ReturnType<typeof session>[]) => readLog(authLog(sessions.flat()));

describe('sessions that drop', () => {
  test('after the same time without a word: a timer, at different moments and ages', () => {
    const reading = read(
      session({ n: 1, from: 0, to: 350, end: RESET }),
      session({ n: 2, from: 1000, busyAt: [1500], to: 1851, end: RESET }),
      session({ n: 3, from: 5000, busyAt: [5100, 5200], to: 5552, end: TIMED_OUT }),
      session({ n: 4, from: 6000, to: 6100 }),
    );
    expect(first(reading)).toEqual({ kind: 'same-idle-time', certainty: 'pattern', count: 3, cause: 'idle-timeout' });
    expect(reading.findings[0]?.rulesOut.join()).toMatch(/loss/);
    expect(reading.findings[0]?.causes.map(({ cause }) => cause)).not.toContain('max-lifetime');
    expect(text(reading)).toMatch(
      /^LIKELY {2}3 sessions were lost after the same time without a word, 350 to 352 s: a\s+timer/,
    );
    expect(text(reading)).toContain('alice 192.0.2.7 port 40001  reset');
  });

  test('after the same time, of which the log shows nothing in between: a timer first, an age too', () => {
    const reading = read(
      session({ n: 1, from: 0, to: 300, end: RESET }),
      session({ n: 2, from: 1000, to: 1301, end: RESET }),
    );
    expect(first(reading)).toMatchObject({ kind: 'same-idle-time', cause: 'idle-timeout' });
    expect(reading.findings[0]?.causes.map(({ cause }) => cause)).toContain('max-lifetime');
  });

  test('at the same age, busy or not: something that allows a connection so long', () => {
    const reading = read(
      session({ n: 1, from: 0, busyAt: [100, 3500], to: 3600, end: CLOSED }),
      session({ n: 2, from: 4000, busyAt: [4020], to: 7600, end: CLOSED }),
      session({ n: 3, from: 9000, busyAt: [11_000], to: 12_601, end: CLOSED }),
    );
    expect(first(reading)).toEqual({ kind: 'same-age', certainty: 'pattern', count: 3, cause: 'max-lifetime' });
    expect(reading.findings[0]?.rulesOut.join()).toContain('an idle timer');
  });

  test('in the same second, with several addresses: what they share, and no timer', () => {
    const reading = read(
      ...[1, 2, 3].map((n) => session({ n, peer: `192.0.2.${n}`, from: n * 500, to: 9000, end: TIMED_OUT })),
    );
    expect(first(reading)).toEqual({
      kind: 'same-moment',
      certainty: 'pattern',
      count: 3,
      cause: 'server-process-ended',
    });
    expect(reading.findings[0]?.rulesOut).toEqual([
      'an idle timer: it runs for each session by itself',
      'the configuration of one session',
    ]);
  });

  test('in the same second, with one address: the path to it', () => {
    const reading = read(...[1, 2].map((n) => session({ n, from: n * 500, to: 9000, end: RESET })));
    expect(first(reading)).toMatchObject({ kind: 'same-moment', cause: 'link-change' });
  });

  test('in the same second, begun together and quiet as long: a timer is not ruled out', () => {
    const reading = read(...[1, 2].map((n) => session({ n, from: n / 10, to: 600, end: RESET })));
    expect(first(reading)).toMatchObject({ kind: 'same-moment', certainty: 'hint', cause: 'idle-timeout' });
    expect(reading.findings[0]?.rulesOut).toEqual([]);
  });

  test('within 2 s of the login: nothing was idle', () => {
    const reading = read(
      session({ n: 1, from: 0, to: 1, end: RESET }),
      session({ n: 2, from: 100, to: 101.9, end: CLOSED }),
    );
    expect(first(reading)).toEqual({ kind: 'after-login', certainty: 'pattern', count: 2, cause: 'chroot-directory' });
    const causes = reading.findings[0]?.causes.map(({ cause }) => cause);
    expect(causes).toEqual(expect.arrayContaining(['login-is-ended', 'path-mtu', 'qos-marking']));
  });

  test('at no regular time: a second machine first', () => {
    const ends = [37, 410, 95, 1207];
    const reading = read(...ends.map((to, n) => session({ n, from: n * 5000, to: n * 5000 + to, end: RESET })));
    expect(first(reading)).toEqual({ kind: 'no-pattern', certainty: 'pattern', count: 4, cause: 'duplicate-ip' });
  });

  test('once: a hint, in the words of the message', () => {
    const reading = read(session({ n: 1, from: 0, to: 4000, end: RESET }));
    expect(first(reading)).toEqual({ kind: 'single', certainty: 'hint', count: 1, cause: 'idle-timeout' });
    expect(text(reading)).toMatch(/one\s+drop shows no pattern/);
  });

  test('twice alike among many that are not: chance, and no timer', () => {
    const ends = [37, 410, 95, 1207, 96, 2400, 777];
    const reading = read(...ends.map((to, n) => session({ n, from: n * 5000, to: n * 5000 + to, end: RESET })));
    expect(first(reading)?.kind).toBe('no-pattern');
  });

  test('twice alike of four: chance too', () => {
    const reading = read(
      ...[37, 410, 411, 1207].map((to, n) => session({ n, from: n * 5000, to: n * 5000 + to, end: RESET })),
    );
    expect(reading.findings.map(({ kind }) => kind)).toEqual(['no-pattern']);
  });

  test('when the machine restarts: it, and nothing else', () => {
    const lines = `${authLog(session({ n: 1, from: 0 }))}-- Boot 0123456789abcdef --\n${authLog(session({ n: 2, from: 900, to: 950 }))}`;
    const reading = readLog(lines);
    expect(first(reading)).toEqual({ kind: 'restart', certainty: 'stated', count: 1, cause: 'server-process-ended' });
  });
});

describe('what sshd says itself comes first', () => {
  test('a ChrootDirectory, said by a process of another number', () => {
    const refused = {
      at: 0.6,
      pid: 1003,
      text: 'fatal: bad ownership or modes for chroot directory component "/srv/"',
    };
    const reading = readLog(authLog([...session({ n: 1, from: 0, to: 0.7 }), refused]));
    expect(first(reading)).toEqual({ kind: 'chroot', certainty: 'stated', count: 1, cause: 'chroot-directory' });
    expect(reading.facts.drops[0]?.user).toBe('alice');
  });

  test('a ChannelTimeout', () => {
    const said = { at: 300, pid: 1002, text: 'channel 0: closing after 299 seconds of inactivity' };
    const reading = readLog(authLog([...session({ n: 1, from: 0, to: 300.2 }), said]));
    expect(first(reading)).toMatchObject({ kind: 'closed-by-setting', cause: 'channel-timeout' });
  });

  test('LoginGraceTime, at an exact age, for those that log in at other times; scanners are counted', () => {
    const late = (peer: string, port: number, at: number) => [
      { at, pid: port, text: `Connection from ${peer} port ${port} on 198.51.100.2 port 22` },
      { at: at + 120, pid: port, text: `Timeout before authentication for ${peer} port ${port}` },
    ];
    const reading = readLog(
      authLog([
        ...session({ n: 1, from: 0, to: 10 }),
        ...late('192.0.2.7', 555, 100),
        ...late('203.0.113.9', 556, 200),
      ]),
    );
    expect(first(reading)).toMatchObject({ kind: 'login-not-finished', count: 1, cause: 'login-grace' });
    expect(text(reading)).toContain('2 min after the connect');
    expect(reading.facts.beforeLogin.strangers).toBe(1);
    expect(text(reading)).toContain('1 connection ended before a login');
  });

  test('MaxStartups; but open sessions that were lost come before logins that were not let in', () => {
    const full = { at: 50, text: 'drop connection #10 from [203.0.113.9]:5 on [198.51.100.2]:22 past MaxStartups' };
    const reading = readLog(authLog([full, ...session({ n: 1, from: 0, to: 4000, end: RESET })]));
    expect(reading.findings.map(({ kind }) => kind)).toEqual(['single', 'turned-away']);
  });

  test('penalties for strangers are what they are for', () => {
    const penalty = (peer: string) => ({
      at: 50,
      text: `drop connection #0 from [${peer}]:5 on [198.51.100.2]:22 penalty: failed authentication`,
    });
    const own = session({ n: 1, from: 0, to: 10 });
    expect(readLog(authLog([...own, penalty('203.0.113.9')])).findings).toEqual([]);
    const known = readLog(authLog([...own, penalty('192.0.2.7')]));
    expect(first(known)).toMatchObject({ kind: 'turned-away', cause: 'source-penalty' });
  });
});

describe('ordinary logs', () => {
  test('hold no drops', () => {
    const reading = read(
      ...[1, 2, 3].map((n) => session({ n, from: n * 100, to: n * 100 + 1 })),
      session({ n: 9, from: 900 }),
    );
    expect(reading.findings).toEqual([]);
    expect(reading.facts.sessions).toEqual({ loggedIn: 4, ordinary: 3, stillOpen: 1, withoutEnd: 0, forgotten: 0 });
    expect(text(reading)).toMatch(
      /^No session dropped in auth\.log: 3 of 4 ended in the ordinary way, 1 were? still open/,
    );
  });

  test('in which sshd logs no goodbyes do not make drops of quick commands', () => {
    const quiet = [1, 2, 3].flatMap((n) => session({ n, from: n * 100, to: n * 100 + 1 }));
    const reading = readLog(authLog(quiet.filter(({ text: line }) => !line.includes('disconnect'))));
    expect(reading.findings).toEqual([]);
  });

  test('of other programs tell nothing', () => {
    const reading = readLog(
      'Nov 27 11:22:17 web1 CRON[7]: pam_unix(cron:session): session opened for user root\nhello\n',
    );
    expect(reading.facts.lines).toMatchObject({ total: 2, openssh: 0, unknown: 0 });
    expect(text(reading)).toMatch(/^Nothing by ssh or sshd is in auth\.log/);
  });

  test('with lines of sshd that are not known: they are counted, and change nothing', () => {
    const strange = { at: 2, pid: 1002, text: 'the moon is full: sessions will drop' };
    const reading = readLog(authLog([...session({ n: 1, from: 0, to: 10 }), strange]));
    expect(reading.facts.lines.unknown).toBe(1);
    expect(reading.findings).toEqual([]);
    expect(text(reading)).toContain('1 line of ssh or sshd not known to netcheck, and not guessed at');
  });
});

describe('logs that begin, end, and turn', () => {
  test('in the middle of a session: its end is told, its age is not', () => {
    const lines = authLog(session({ n: 1, from: 0, to: 4000, end: RESET }))
      .split('\n')
      .slice(3)
      .join('\n');
    const reading = readLog(lines);
    expect(reading.facts.drops[0]).toMatchObject({
      end: 'reset',
      ageSeconds: null,
      quietSeconds: null,
      loggedIn: true,
    });
    expect(first(reading)).toMatchObject({ kind: 'single', certainty: 'hint' });
  });

  test('in the wrong order: no session is followed from the newer file into the older', () => {
    const newer = authLog(session({ n: 1, from: 90_000 }));
    const older = authLog(session({ n: 1, from: 0, to: 500, end: RESET }).slice(-2));
    const reading = readLog(newer + older);
    expect(reading.facts.lines.timeJumps).toBe(1);
    expect(reading.facts.drops[0]).toMatchObject({ ageSeconds: null });
    expect(text(reading)).toContain('time goes back once');
  });

  test('over the end of a year', () => {
    const day = 86_400;
    const from = 35 * day - 100;
    const reading = read(session({ n: 1, from, to: from + 300, end: RESET }));
    expect(reading.facts.drops[0]?.sinceLoginSeconds).toBe(300);
  });

  test('with a port that is used anew', () => {
    const reading = read(
      session({ n: 1, from: 0, to: 100, end: RESET }),
      session({ n: 1, from: 200, to: 900, end: RESET }),
    );
    expect(reading.facts.drops.map(({ ageSeconds }) => ageSeconds)).toEqual([100, 700]);
  });
});

describe('logs of a real sshd and a real ssh, from the lab', () => {
  test.each([
    ['idle-nat/auth.log', 'same-idle-time', 'idle-timeout'],
    ['idle-nat/ssh.log', 'single', 'idle-timeout'],
    ['duplicate-ip/auth.log', 'no-pattern', 'duplicate-ip'],
    ['duplicate-ip/ssh.log', 'other-machine', 'duplicate-ip'],
    ['chroot/auth.log', 'chroot', 'chroot-directory'],
    ['chroot/ssh.log', 'after-login', 'chroot-directory'],
  ])('%s', (name, kind, cause) => {
    const reading = readLog(readFileSync(new URL(`../../fixtures/logs/${name}`, import.meta.url), 'utf8'));
    expect(first(reading)).toMatchObject({ kind, cause });
    expect(reading.facts.lines.unknown).toBe(0);
    expect(reading.facts.lines.openssh).toBe(reading.facts.lines.total);
  });

  test('with times before each line of ssh -v, and by sshd without names and times', () => {
    const log = readFileSync(new URL('../../fixtures/logs/idle-nat/ssh.log', import.meta.url), 'utf8')
      .trimEnd()
      .split('\n');
    const timed = log.map((line, index) => `2026-11-27T11:22:${index === log.length - 1 ? '59' : '17'} ${line}`);
    expect(readLog(timed.join('\n')).facts.drops[0]).toMatchObject({ side: 'client', quietSeconds: 42 });
    const bare = authLog(session({ n: 1, from: 0, to: 100, end: RESET })).replaceAll(/^.*?: /gm, '');
    expect(readLog(bare).facts.drops[0]).toMatchObject({
      side: 'server',
      user: 'alice',
      end: 'reset',
      ageSeconds: null,
    });
  });
});

describe('an ssh -v that was turned away', () => {
  const CONNECTING = 'debug1: Connecting to h [10.0.0.5] port 22.\n';

  test.each([
    ['Connection closed by 10.0.0.5 port 22\n', 'connection-ended', 'source-penalty'],
    [
      'kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.0.0.5 port 22\n',
      'closed-before-greeting',
      'max-startups',
    ],
    [
      'Received disconnect from 10.0.0.5 port 22:2: Too many authentication failures\nDisconnected from 10.0.0.5 port 22\n',
      'too-many-authentication-failures',
      'too-many-keys',
    ],
    ['ssh: connect to host h port 22: Connection timed out\n', 'connect-timed-out', 'filtered'],
  ])('%j is told so, once, and no scanner is blamed', (words, _, cause) => {
    const reading = readLog(CONNECTING + words);
    expect(reading.findings.map(({ ofSessions, causes }) => [ofSessions, causes[0]?.cause])).toEqual([[false, cause]]);
    expect(reading.facts.beforeLogin.strangers).toBe(0);
    expect(reading.facts.drops).toEqual([]);
  });
});

describe('any log', () => {
  const pieces = [
    ...authLog([...session({ n: 1, from: 0, to: 100, end: RESET }), ...session({ n: 2, from: 50, to: 51 })]).split(
      '\n',
    ),
    'debug1: Connecting to h [10.0.0.5] port 22.',
    'Authenticated to h ([10.0.0.5]:22) using "publickey".',
    'client_loop: send disconnect: Broken pipe',
    '-- Boot x --',
    'Nov 27 00:00:01 web1 sshd[9]: fatal: bad ownership or modes for chroot directory "/"',
  ];
  const line = fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' }), fc.string());

  test('is read without a fault, in every order, and reaches no terminal', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const reading = readLog(lines.map((each) => each.replaceAll('\n', ' ')).join('\n'));
        const { drops, sessions } = reading.facts;
        expect(drops.length + sessions.ordinary).toBeGreaterThanOrEqual(0);
        for (const { ageSeconds, quietSeconds } of drops) {
          for (const seconds of [ageSeconds, quietSeconds]) expect(seconds === null || seconds >= 0).toBe(true);
        }
        const shown = renderLog(reading, 'x\u001b[2J\u202e', { color: false, verbosity: 'verbose' });
        expect(shown).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/u);
      }),
    );
  });

  test('with thousands of drops is compared in bounded room', () => {
    const many = Array.from({ length: 12_000 }, (_, n) =>
      session({ n, from: n * 10, to: n * 10 + 5 + MINUTE, end: RESET }),
    );
    const reading = readLog(authLog(many.flat()));
    expect(reading.facts.drops.length + reading.facts.dropsForgotten).toBe(12_000);
    expect(reading.facts.drops.length).toBeLessThanOrEqual(10_000);
    expect(text(reading)).toContain('drops were compared');
  });
});
