// What a person reads: the findings first, everything accounted for, and nothing that a terminal would act on.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence } from '../../src/evidence.ts';
import { renderText } from '../../src/report/text.ts';
import { A, arp, B, claim, echo, idle, proof, sshd, sweep, tcp } from '../diagnose/seen.ts';
import { evidenceList, hostileText } from '../support/arbitrary-evidence.ts';
import { reportOf } from './reports.ts';

const UDP_PORTS = { id: 'udp-1', kind: 'udp-ports' as const, ports: [], complete: true };

type Verbosity = Parameters<typeof renderText>[1]['verbosity'];
const VERBOSITIES: readonly Verbosity[] = ['quiet', 'normal', 'verbose'];
/** C0 but line feed, DEL, C1; and what reorders or hides text. */
const CONTROL = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u;

const render = (evidence: readonly Evidence[], verbosity: Verbosity = 'normal', color = false): string =>
  renderText(reportOf({ evidence: [...evidence], causes: diagnose(evidence) }), { color, verbosity });

const DUPLICATE = arp([claim(A, { vendor: 'QEMU' }), claim(B)]);
const PROVEN = [DUPLICATE, proof([sshd(A, 'one'), sshd(B, 'two')])];

describe('the text report', () => {
  test('obeys nobody: whatever the network or a saved file says, no control character comes through', () => {
    const hostile = fc.record({ vendor: hostileText, name: hostileText, greeting: hostileText, because: hostileText });
    fc.assert(
      fc.property(hostile, fc.constantFrom(...VERBOSITIES), ({ vendor, name, greeting, because }, verbosity) => {
        const evidence: Evidence[] = [
          arp([claim(A, { vendor }), claim(B, { vendor })], { interface: name }),
          proof([sshd(A, name, { banner: greeting }), sshd(B, because, { answeredFrom: name })], {
            linkLevelOnly: because,
          }),
          sweep({
            target: name,
            inventory: [{ ...claim(A, { vendor }), ip: name, claimants: 1 }].map(
              ({ ip, mac, vendor: whose, locallyAdministered, role, firstSeconds, claimants }) => {
                return { ip, mac, vendor: whose, locallyAdministered, role, firstSeconds, claimants };
              },
            ),
          }),
          { ...tcp('open'), host: name, greeting },
          echo(10, 5, { host: name, methodNote: because, errors: [{ from: name, type: 3, code: 1, count: 1 }] }),
          idle({ host: name, survivedSeconds: 9, expiredSeconds: 10, onExpiry: 'reset', deaths: 1 }),
          { id: 'skip-1', kind: 'skipped', check: 'ping', target: name, because: `${because}.`, hint: `${greeting}.` },
        ];
        expect(render(evidence, verbosity)).not.toMatch(CONTROL);
      }),
      { numRuns: 300 },
    );
  });

  test('is made of any evidence there can be, at every verbosity, and ends with a line break', () => {
    fc.assert(
      fc.property(evidenceList, fc.constantFrom(...VERBOSITIES), (evidence, verbosity) => {
        const text = render(evidence, verbosity);
        expect(text).not.toMatch(CONTROL);
        expect(text).toMatch(/^\S[\s\S]*[^\n]\n$/);
        expect(text).not.toMatch(/NaN|undefined|\[object|Infinity/);
      }),
    );
  });

  test('names every finding and every cause ruled out, with the evidence it rests on', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        const text = render(evidence);
        for (const { verdict, because } of diagnose(evidence)) {
          if (verdict === 'confirmed' || verdict === 'likely' || verdict === 'ruled-out') {
            expect(text).toContain(`[${because.join(', ')}]`);
          }
        }
      }),
    );
  });

  test.each([
    { seen: 'one finding', evidence: PROVEN, headline: 'Found: duplicate IP address (10.0.0.5).' },
    {
      seen: 'two findings',
      evidence: [...PROVEN, echo(10, 2)],
      headline: 'Found 2 causes: duplicate IP address (10.0.0.5); packet loss (10.0.0.5).',
    },
    { seen: 'all well', evidence: [echo(10, 10)], headline: 'No cause found in what was checked.' },
    {
      seen: 'one undecided',
      evidence: [echo(10, 10), arp([])],
      headline: 'No cause found so far, and not everything could be told.',
    },
    {
      seen: 'UDP ports alone',
      evidence: [{ ...UDP_PORTS, host: '10.0.0.5', address: '10.0.0.5' }],
      headline: 'What was measured is by itself the cause of nothing.',
    },
    { seen: 'nothing measured', evidence: [], headline: 'Nothing could be told: see what is missing below.' },
  ])('begins with the answer: $seen', ({ evidence, headline }) => {
    expect(render(evidence).split('\n')[0]).toBe(headline);
  });

  test('wonders about nothing but ARP where that is all that was asked, on the way to another host', () => {
    const route = { id: 'route-1', kind: 'route', host: 'build', address: '192.0.2.9', interface: 'eth0' } as const;
    const own = arp([], { id: 'arp-1', ip: '10.0.0.2', ownMac: A });
    const gateway = arp([claim(B)], { id: 'arp-2', ip: '10.0.0.1' });
    const measured = echo(10, 10, { host: 'build', address: '192.0.2.9' });
    const examined = [own, gateway, measured, { ...route, gateway: '10.0.0.1' }];
    const wondered = render(examined)
      .split('\n\n')
      .find((block) => block.startsWith('What would tell the rest'));
    expect(wondered).toMatch(/idle timeout in the network: netcheck --idle-timeout build:22/);
    expect(wondered).not.toMatch(/10\.0\.0\.[12]|another machine has this machine/);
    // Asked by itself, an address may be wondered about.
    expect(render([gateway])).toMatch(/idle timeout in the network: netcheck --idle-timeout 10\.0\.0\.1:22/);
  });

  test('says that it was interrupted', () => {
    const report = reportOf({ evidence: [DUPLICATE], causes: diagnose([DUPLICATE]), interrupted: true });
    const text = renderText(report, { color: false, verbosity: 'normal' });
    expect(text.split('\n')[0]).toContain('Interrupted: this is what was known by then.');
  });

  test('quiet gives the findings without what was ruled out and without tables', () => {
    const text = render([...PROVEN, echo(10, 10)], 'quiet');
    expect(text).toContain('CONFIRMED');
    expect(text).not.toMatch(/Ruled out|Not checked|│/);
  });

  test('verbose lists every rung, normal those around the bracket and how many more', () => {
    const probes = Array.from({ length: 20 }, (_, index) => ({
      idleSeconds: index + 1,
      outcome: index < 10 ? ('alive' as const) : ('silent-drop' as const),
      code: null,
      pass: 1 as const,
    }));
    const evidence = [idle({ probes, survivedSeconds: 10, expiredSeconds: 11, onExpiry: 'silent-drop', deaths: 10 })];
    const rows = (text: string) => text.match(/│ \d+\.\d\d +│ (alive|silent-drop)/g)?.length;
    expect(rows(render(evidence, 'verbose'))).toBe(20);
    expect(rows(render(evidence))).toBe(8);
    expect(render(evidence)).toContain('12 more');
    expect(render(evidence, 'verbose')).not.toContain('12 more');
  });

  test('colour changes nothing but the colours', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        const plain = render(evidence, 'normal', false);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones looked for
        expect(render(evidence, 'normal', true).replaceAll(/\x1b\[\d+m/g, '')).toBe(plain);
      }),
    );
  });

  test('what was not measured is a dash, never a zero', () => {
    const text = render([echo(10, 0)]);
    expect(text).toMatch(/│ 0\/10 +│ – +│ – +│ – +│ – +│/);
  });

  test('tells claims and proofs in tables that fit a terminal', () => {
    const longest = 'Hangzhou Hikvision Digital Technology Co.,Ltd.';
    const claims = [claim(A, { vendor: longest, via: 'announcement', count: 1000 }), claim(B, { lastSeconds: 3600 })];
    const lines = render([arp(claims, { id: 'arp-100', ip: '192.168.100.100' }), ...PROVEN]).split('\n');
    for (const line of lines.filter((each) => each.startsWith('│'))) expect([...line].length).toBeLessThanOrEqual(118);
    expect(lines.join('\n')).toContain('Hangzhou Hikvision Digi…');
  });

  test('says below the tables what they have no column for', () => {
    const seen = arp(
      [
        claim(A, { vlanId: 7, frameSourceMac: B }),
        claim(B, { canariesClaimed: ['10.0.0.77', '192.0.2.9'] }),
        claim('00:00:5e:00:01:0a', { vendor: 'ICANN' }),
      ],
      {
        unlistedFrames: 1,
        otherAddresses: { shared: 2, notShared: 1 },
        expected: [A],
        flips: { count: 1, first: [{ atSeconds: 12, fromMac: A, toMac: B }] },
      },
    );
    const text = render([seen]);
    expect(text).toContain('│ vrrp (shared) │');
    for (const note of [
      `${A} was heard in VLAN 7`,
      `${A} came in frames from ${B}`,
      `${B} also answers for 10.0.0.77 and 192.0.2.9, which nobody should have`,
      '1 more frame came from further MACs',
      '2 other addresses are claimed by all of them',
      '1 other address is claimed, but not by all of them',
      `it changed hands 1 time: 12.0 s to ${B}`,
      `you expect ${A}`,
    ]) {
      expect(text).toContain(`arp-1: ${note}\n`);
    }
  });

  test('lists who has which address in a sweep, contested ones first', () => {
    const row = { vendor: null, locallyAdministered: false, role: 'station', firstSeconds: 0.001 } as const;
    const inventory = [
      { ...row, ip: '10.0.0.1', mac: A, claimants: 1 },
      { ...row, ip: '10.0.0.9', mac: B, claimants: 3 },
    ];
    const text = render([sweep({ inventory, kernelDrops: 1, dropsMadeUp: true, malformedFrames: 2 })]);
    expect(text).toMatch(
      / {2}10\.0\.0\.9 {2}b8\S+ {2}– {2}1 ms {2}and 2 more\n {2}10\.0\.0\.1 {2}52\S+ {2}– {2}1 ms\n/,
    );
    expect(text).toContain('1 frame lost unread, then all asked again without a loss, 2 malformed frames)');
  });
});
