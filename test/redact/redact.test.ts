// Pseudonyms: nothing of the originals in any output, the same one for the same name, and the same verdicts as before.

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isLocallyAdministered, type Mac, macRole } from '../../src/address/mac.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import { type Evidence, type EvidenceOf, evidenceSchema } from '../../src/evidence.ts';
import { renderHtml } from '../../src/html/index.ts';
import { ipv4Pseudonyms, ipv6Pseudonyms } from '../../src/redact/addresses.ts';
import { redactEvidence } from '../../src/redact/index.ts';
import { macPseudonyms } from '../../src/redact/macs.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderText } from '../../src/report/text.ts';
import { SCENARIOS, scenarioEvidence } from '../html/scenario.ts';
import { reportOf } from '../report/reports.ts';
import { evidenceList } from '../support/arbitrary-evidence.ts';

const NOBODY = { hosts: [], users: [] };

/** All that a reader could get to see. */
function outputs(evidence: readonly Evidence[]): string {
  const report = reportOf({ evidence, causes: diagnose(evidence) });
  const text = (['quiet', 'normal', 'verbose'] as const).map((verbosity) =>
    renderText(report, { color: false, verbosity }),
  );
  const plain = renderText(report, { color: false, verbosity: 'verbose', plain: true });
  return [...text, plain, renderJson(report), renderHtml(report)].join('\n').toLowerCase();
}

const LOOKS_LIKE_ONE =
  /\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b|\b[\w.-]+\.example(?:\.org|\.com)?\b|2001:db8:[0-9a-f:]+/g;
/** Left as they are: everybody has them. */
const EVERYBODYS = /^(127\.|0\.0\.0\.0$|00:00:00:00:00:00$|ff:ff:ff:ff:ff:ff$)/;

function originals(evidence: readonly Evidence[]): string[] {
  const found = JSON.stringify(evidence).toLowerCase().match(LOOKS_LIKE_ONE) ?? [];
  return [...new Set(found)].filter((text) => !EVERYBODYS.test(text));
}

function verdicts(evidence: readonly Evidence[]): string[] {
  return diagnose(evidence)
    .map(({ cause, verdict, because }) => `${cause} ${verdict} ${because.join(' ')}`)
    .sort();
}

describe.each(SCENARIOS)('%s', (name) => {
  const evidence = scenarioEvidence(name);
  const redacted = redactEvidence(evidence, NOBODY);

  test('no original is in any output', () => {
    const shown = outputs(redacted);
    expect(originals(evidence).filter((original) => shown.includes(original))).toEqual([]);
  });

  test('the verdicts and what they rest on are the same', () => {
    expect(verdicts(redacted)).toEqual(verdicts(evidence));
  });
});

test('whatever was seen: no original is left, its shape is as published, and the verdicts are the same', () => {
  fc.assert(
    fc.property(evidenceList, (evidence) => {
      const redacted = redactEvidence(evidence, NOBODY);
      for (const item of redacted) expect(evidenceSchema.parse(item)).toEqual(item);
      const shown = outputs(redacted);
      // The table of known products is netcheck's own.
      expect(originals(evidence).filter((original) => shown.includes(original))).toEqual([]);
      expect(verdicts(redacted)).toEqual(verdicts(evidence));
    }),
    { numRuns: 150 },
  );
});

const NAMES = {
  kind: 'ssh-client-settings',
  id: 'ssh-1',
  host: 'zaphod',
  unreadBecause: null,
  user: 'trillian',
  hostname: 'heart.of.gold.corp',
  port: 22,
  serverAliveInterval: 0,
  serverAliveCountMax: 3,
  tcpKeepAlive: true,
  ipqos: null,
  rekeyLimit: null,
  channelTimeout: null,
  proxyJump: 'marvin@magrathea:2222,deep-thought',
  hasProxyCommand: false,
} satisfies EvidenceOf<'ssh-client-settings'>;

const skipped = (target: string, because: string): EvidenceOf<'skipped'> => ({
  id: 'skip-1',
  kind: 'skipped',
  check: 'idle-timeout',
  target,
  because,
  hint: 'log in',
});

const redact = (because: string, ...more: Evidence[]): string => {
  const all = redactEvidence([skipped('slartibartfast@zaphod:22', because), ...more], {
    hosts: ['betelgeuse'],
    users: ['arthur'],
  });
  return (all[0] as EvidenceOf<'skipped'>).because;
};

describe('inside sentences', () => {
  it.each([
    ['a host as it was typed', 'zaphod: Permission denied (publickey).', 'host-1: Permission denied (publickey).'],
    ['in capitals', 'ZAPHOD is down', 'host-1 is down'],
    ['only as a word of its own', 'zaphods', 'zaphods'],
    ['a user', 'slartibartfast@zaphod: Permission denied', 'user-1@host-1: Permission denied'],
    ['a user and a host that only the sentence names', 'ford@guide.example: no', 'user-3@host-3: no'],
    ['this machine and who runs it', 'arthur at betelgeuse', 'user-2 at host-2'],
    ['a domain that nobody typed', 'cannot resolve gw7.milliways.example.', 'cannot resolve host-3.'],
    ['a home folder', '/home/ford/.ssh/config: line 3', '/home/user-3/.ssh/config: line 3'],
    ['an address', 'no route to 203.0.113.77:22, really', 'no route to 198.18.0.77:22, really'],
    ['an address at the end', 'no route to 203.0.113.77.', 'no route to 198.18.0.77.'],
    ['an IPv6 address', '[2001:db8::7]:22, fe80::7%eth0: no', '[2001:db8:1:1::1]:22, fe80::ffff:1%eth0: no'],
    [
      'a MAC, in each way to write one',
      'b8:27:eb:01:02:03 B8-27-EB-01-02-03 b827.eb01.0203',
      Array(3).fill('b8:27:eb:9e:37:79').join(' '),
    ],
    ['a network card named after its MAC', 'enxb827eb010203 is down', 'enxb827eb9e3779 is down'],
    ['a key', 'the key is SHA256:AbC/dEf+1', 'the key is SHA256:redacted-1'],
    [
      'what is no name stays',
      'RFC 5382, net.ipv4.tcp_keepalive_time, 10:30:100, EPERM (1)',
      'RFC 5382, net.ipv4.tcp_keepalive_time, 10:30:100, EPERM (1)',
    ],
    ['loopback stays', '127.0.0.1, ::1 and localhost', '127.0.0.1, ::1 and localhost'],
  ])('%s', (_, sentence, expected) => {
    expect(redact(sentence)).toBe(expected);
  });

  it('names that other evidence tells of', () => {
    expect(redact('trillian, marvin, magrathea, deep-thought, heart.of.gold.corp', NAMES)).not.toMatch(
      /trillian|marvin|magrathea|deep|heart|gold/,
    );
  });
});

test('a name is the same wherever it stands, and a jump host stays one', () => {
  const [first, second] = redactEvidence([NAMES, skipped('trillian@zaphod:22', 'no')], NOBODY) as [
    typeof NAMES,
    EvidenceOf<'skipped'>,
  ];
  expect(second.target).toBe(`${first.user}@${first.host}:22`);
  expect(first.proxyJump).toMatch(/^user-\d@host-\d:2222,host-\d$/);
});

test('paths keep the folders that everybody has', () => {
  const chroot = { ...SERVER, chrootDirectory: '/srv/acme-corp/%u' };
  const [redacted] = redactEvidence([chroot], NOBODY) as [typeof SERVER];
  expect(redacted.chrootDirectory).toBe('/srv/folder-1/%u');
  expect(redacted.chrootPath?.map(({ path }) => path)).toEqual(['/', '/srv', '/srv/folder-1']);
});

const SERVER: EvidenceOf<'ssh-server-settings'> = {
  ...(scenarioEvidence('sshd-settings').find(
    ({ kind }) => kind === 'ssh-server-settings',
  ) as EvidenceOf<'ssh-server-settings'>),
  chrootPath: ['/', '/srv', '/srv/acme-corp'].map((path) => ({ path, ownerUid: 0, mode: '755', problem: null })),
};

test('of a greeting the program stays, and nothing that an administrator wrote', () => {
  const connect = (greeting: string): Evidence => ({
    id: 'tcp-1',
    kind: 'tcp-connect',
    host: 'h',
    address: '192.0.2.1',
    port: 22,
    outcome: 'open',
    code: null,
    connectMs: 1,
    greeting,
  });
  const greeting = (text: string): string | null =>
    (redactEvidence([connect(text)], NOBODY)[0] as EvidenceOf<'tcp-connect'>).greeting;
  expect(greeting('SSH-2.0-OpenSSH_9.6p1 Ubuntu-3 of milliways')).toBe('SSH-2.0-OpenSSH_9.6p1');
  expect(greeting('SSH-2.0-milliways')).toBe('redacted');
  expect(greeting('Welcome to milliways')).toBe('redacted');
});

test('a name that is a word of netcheck’s own spoils no evidence', () => {
  const evidence = [{ ...skipped('echo@reset:22', 'echo is reset'), check: 'ping' as const, target: 'echo' }];
  const [redacted] = redactEvidence(evidence, { hosts: ['skipped', 'ping', 'eth0'], users: ['id'] }) as [
    EvidenceOf<'skipped'>,
  ];
  expect(redacted).toMatchObject({ kind: 'skipped', check: 'ping', target: expect.stringMatching(/^host-\d$/) });
});

test('kinds of a newer netcheck and ids from elsewhere are redacted too', () => {
  const odd = { id: 'of zaphod', kind: 'sunspots', host: 'zaphod', near: '203.0.113.9', deep: [{ user: 'ford' }] };
  const text = JSON.stringify(redactEvidence([odd as never], NOBODY));
  expect(text).not.toMatch(/zaphod|203\.0\.113|ford/);
  expect(text).toContain('"id":"evidence-1"');
});

test('long and odd texts take no time to speak of', () => {
  for (const part of ['a', 'a-', 'a.', 'a@', ':', '::', '1.', '0:', '/home/', '%']) {
    expect(redact(part.repeat(5000))).toBeTypeOf('string');
  }
}, 10_000);

describe('addresses', () => {
  const ip = fc.ipV4().filter((text) => !/^(127|22[4-9]|23\d)\.|^0\.0\.0\.0$|^255\.255\.255\.255$/.test(text));
  const slash24 = (text: string): string => text.split('.').slice(0, 3).join('.');
  const number = (text: string): number => text.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);

  test('keep who shares a /24 and which comes first, and none becomes one of the others', () => {
    fc.assert(
      fc.property(fc.uniqueArray(ip, { minLength: 2, maxLength: 12 }), (texts) => {
        const pseudonym = ipv4Pseudonyms(texts);
        for (const a of texts) {
          expect(texts).not.toContain(pseudonym(a));
          for (const b of texts) {
            expect(slash24(pseudonym(a)) === slash24(pseudonym(b))).toBe(slash24(a) === slash24(b));
            expect(number(pseudonym(a)) < number(pseudonym(b))).toBe(number(a) < number(b));
          }
        }
      }),
    );
  });

  test('stay within a wide network that was named, and outside of it', () => {
    const pseudonym = ipv4Pseudonyms(['10.9.0.0/16', '10.9.3.4', '10.9.200.1', '10.8.1.1', '10.10.0.1']);
    const within = (text: string): boolean => number(pseudonym(text)) >>> 16 === number(pseudonym('10.9.0.0')) >>> 16;
    expect(pseudonym('10.9.0.0')).toMatch(/\.0\.0$/);
    expect(['10.9.3.4', '10.9.200.1', '10.8.1.1', '10.10.0.1'].map(within)).toEqual([true, true, false, false]);
  });

  test('of IPv6 keep who shares a /64, and nothing of the station', () => {
    const texts = ['2001:db8:0:1::5054:ff:fe12', '2001:db8:0:1::2', '2a02:8070::1'];
    const pseudonym = ipv6Pseudonyms(texts);
    expect(texts.map(pseudonym)).toEqual(['2001:db8:1:1::1', '2001:db8:1:1::2', '2001:db8:1:2::1']);
    expect(pseudonym('2001:0DB8:0:1:0::2')).toBe('2001:db8:1:1::2');
    expect(['::1', '::', 'ff02::1'].map(pseudonym)).toEqual(['::1', '::', 'ff02::1']);
  });
});

describe('MACs', () => {
  const bits = (a: string, b: string): number => {
    const value = (mac: string): bigint => BigInt(`0x${mac.replaceAll(':', '')}`);
    return (value(a) ^ value(b)).toString(2).replaceAll('0', '').length;
  };
  const mac = fc
    .tuple(
      fc.constantFrom('b8:27:eb', '00:1b:21', '52:54:00', '00:00:5e:00:01', '00:07:b4', '02:bf', '01:00:5e:7f'),
      fc.uint8Array({ minLength: 6, maxLength: 6 }),
    )
    .map(([block, bytes]) =>
      [...block.split(':'), ...[...bytes].map((byte) => byte.toString(16).padStart(2, '0'))].slice(0, 6).join(':'),
    );

  test('keep their role, whether a vendor gave them, and which of two is damaged from the other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(mac, { minLength: 1, maxLength: 6 }), fc.nat({ max: 23 }), (some, bit) => {
        const [damaged = ''] = some;
        const near = (BigInt(`0x${damaged.replaceAll(':', '')}`) ^ (1n << BigInt(bit)))
          .toString(16)
          .padStart(12, '0')
          .replaceAll(/..(?!$)/g, '$&:');
        const all = [...new Set([...some, near])];
        const pseudonym = macPseudonyms([all]);
        expect(new Set(all.map(pseudonym)).size).toBe(all.length);
        for (const each of all) {
          expect(all).not.toContain(pseudonym(each));
          expect(isLocallyAdministered(pseudonym(each) as Mac)).toBe(isLocallyAdministered(each as Mac));
        }
        for (const each of some) expect(macRole(pseudonym(each) as Mac)).toBe(macRole(each as Mac));
        if (macRole(damaged as Mac) === 'station') expect(bits(pseudonym(damaged), pseudonym(near))).toBe(1);
      }),
    );
  });

  test('of one vendor are far apart: none looks like another one, damaged', () => {
    const many = Array.from(
      { length: 300 },
      (_, index) =>
        `b8:27:eb:00:${(index >> 8).toString(16).padStart(2, '0')}:${(index & 255).toString(16).padStart(2, '0')}`,
    );
    const pseudonym = macPseudonyms(many.map((each) => [each]));
    const pseudonyms = many.map(pseudonym);
    const least = Math.min(...pseudonyms.flatMap((a, index) => pseudonyms.slice(index + 1).map((b) => bits(a, b))));
    expect(least).toBeGreaterThan(2);
  });
});
