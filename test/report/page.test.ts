// How the report looks elsewhere than on a wide terminal of today: narrow, in ASCII, and as rows for programs.

import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence } from '../../src/evidence.ts';
import { isUtf8Locale, toAscii } from '../../src/report/ascii.ts';
import { renderText, type TextOptions } from '../../src/report/text.ts';
import { A, arp, B, claim, echo, idle, proof, sshd } from '../diagnose/seen.ts';
import { evidenceList } from '../support/arbitrary-evidence.ts';
import { reportOf } from './reports.ts';

const render = (evidence: readonly Evidence[], options: Partial<TextOptions> = {}): string =>
  renderText(reportOf({ evidence: [...evidence], causes: diagnose(evidence) }), {
    color: false,
    verbosity: 'normal',
    ...options,
  });

const PROVEN = [arp([claim(A, { vendor: 'QEMU' }), claim(B)]), proof([sshd(A, 'one'), sshd(B, 'two')])];
const rung = (idleSeconds: number, outcome: 'alive' | 'silent-drop' | 'inconclusive') =>
  ({ idleSeconds, outcome, code: null, pass: 1 }) as const;

describe('on a narrow terminal', () => {
  test('no line is wider, unless it is one word', () => {
    fc.assert(
      fc.property(evidenceList, fc.integer({ min: 40, max: 200 }), fc.boolean(), (evidence, width, color) => {
        const lines = stripVTControlCharacters(render(evidence, { width, color })).split('\n');
        for (const line of lines.filter((each) => [...each].length > width)) {
          expect(line.trim().replace(/^- /, '')).not.toContain(' ');
        }
      }),
      { numRuns: 200 },
    );
  });

  test('the columns of a table become narrower first', () => {
    const text = render(PROVEN, { width: 60 });
    expect(text).toContain('│ SSH host key');
    expect(text).toMatch(/│ ssh-ed25519 +│\n│ +│ +│ +│ SHA256:one +│/);
  });

  test('but no word of a table is broken, unless it is a fingerprint', () => {
    const text = render([arp([claim(A, { vendor: 'Raspberry Pi Foundation' }), claim(B)])], { width: 90 });
    expect(text).toMatch(/│ Raspberry Pi +│[^\n]*\n│ +│ +│ +│ Foundation +│/);
  });

  test('then each row becomes lines of its own', () => {
    const text = render(PROVEN, { width: 40 });
    expect(text).not.toContain('│');
    expect(text).toContain(`  arp-1\n    address: 10.0.0.5\n    MAC: ${A}\n    whose: QEMU\n`);
  });

  test('less than 40 columns are written as 40', () => {
    expect(render(PROVEN, { width: 3 })).toBe(render(PROVEN, { width: 40 }));
  });
});

describe('in ASCII', () => {
  test('whatever is said, only that comes out, and every line keeps its length', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        const ascii = render(evidence, { ascii: true });
        expect(ascii).toMatch(/^\p{ASCII}*$/u);
        const columns = (text: string): number[] => text.split('\n').map((line) => [...line].length);
        expect(columns(ascii)).toEqual(columns(render(evidence)));
      }),
    );
  });

  test('boxes, bars and quotes have something that stands for them', () => {
    expect(toAscii('┌─┬─┐ │–│ █▒░▲●→ “it’s” × … 漢')).toBe('+-+-+ |-| #%.^o> "it\'s" x ~ ?');
    for (const options of [{}, { verbosity: 'verbose' as const }]) {
      expect(render([...PROVEN, echo(10, 5)], { ...options, ascii: true })).not.toContain('?');
    }
  });

  test.each([
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'de_DE.utf8' }, true],
    [{ LANG: 'C.UTF-8', LC_CTYPE: 'C' }, false],
    [{ LANG: 'C.UTF-8', LC_ALL: 'POSIX' }, false],
    [{ LANG: 'C', LC_ALL: 'C.UTF-8' }, true],
    [{ LANG: 'C.UTF-8', LC_ALL: '' }, true],
    [{ LANG: 'de_DE.ISO-8859-15' }, false],
    [{}, false],
  ])('%j decides: UTF-8 %s', (env, expected) => {
    expect(isUtf8Locale(env)).toBe(expected);
  });
});

describe('plain', () => {
  const tables = (text: string): Map<string, string[][]> =>
    new Map(
      text
        .trimEnd()
        .split('\n\n')
        .map((block) => {
          const [name = '', ...rows] = block.split('\n');
          return [name.replace(/^# /, ''), rows.map((row) => row.split('\t'))];
        }),
    );

  test('every cause is a row, with what it rests on', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        const rows = tables(render(evidence, { plain: true })).get('causes') ?? [];
        const [head, ...causes] = rows;
        const expected = diagnose(evidence).map(({ verdict, cause, because }) => [verdict, cause, because.join(' ')]);
        if (expected.length > 0) expect(head).toEqual(['verdict', 'cause', 'subject', 'evidence', 'summary']);
        expect(causes.map(([verdict, cause, , ids]) => [verdict, cause, ids])).toEqual(expected);
        for (const row of causes) expect(row).toHaveLength(5);
      }),
    );
  });

  test('nothing is drawn or coloured, and a line to paste is a row as it is', () => {
    const evidence = [
      ...PROVEN,
      idle({
        probes: [1, 2, 3, 4, 9, 10].map((seconds) => rung(seconds, seconds < 5 ? 'alive' : 'silent-drop')),
        survivedSeconds: 4,
        expiredSeconds: 9,
        onExpiry: 'silent-drop',
        deaths: 2,
      }),
    ];
    const text = render(evidence, { plain: true, color: true, width: 40 });
    expect(text).not.toMatch(/[│┌█▒░●]/);
    expect(stripVTControlCharacters(text)).toBe(text);
    expect(text).toMatch(/^idle-timeout\t\S+\t1\t {4}ServerAliveInterval \d+$/m);
    expect(tables(text).get('proof-1: who is behind each MAC of 10.0.0.5')?.slice(1, 3)).toEqual([
      [A, 'open', '64', expect.stringContaining('SHA256:one')],
      [B, 'open', '64', expect.stringContaining('SHA256:two')],
    ]);
  });

  test('quiet leaves the evidence and what was not found away', () => {
    const names = [...tables(render([...PROVEN, echo(10, 10)], { plain: true, verbosity: 'quiet' })).keys()];
    expect(names).toEqual(['report', 'causes', 'effects', 'advice']);
  });
});

describe('the pictures', () => {
  const ladder = (probes: readonly ReturnType<typeof rung>[], limit: [number, number] | null): string[] =>
    render(
      [
        idle({
          probes: [...probes],
          survivedSeconds: limit?.[0] ?? probes.at(-1)?.idleSeconds ?? null,
          expiredSeconds: limit?.[1] ?? null,
          onExpiry: limit === null ? null : 'silent-drop',
          deaths: limit === null ? 0 : 2,
        }),
      ],
      { width: 40 },
    ).split('\n');

  test('a ladder is a bar on a logarithmic scale, its limit marked', () => {
    const probes = [1, 3, 10].map((seconds) => rung(seconds, 'alive'));
    const lines = ladder([...probes, rung(30, 'silent-drop'), rung(100, 'silent-drop')], [10, 30]);
    // From 1 s to 100 s in 28 columns: 10 s is in the middle, 30 s at three quarters.
    const at = lines.indexOf('  1 s ███████████████     ░░░░░░░░ 1m40s');
    expect(lines[at + 1]).toBe(`${' '.repeat(23)}▲ 10 to 30 s`);
    expect(lines).toContain('  █ alive  ░ dead  ▒ some of each');
  });

  test('what is unclear, and what lies between alive and dead, is not painted over', () => {
    const lines = ladder(
      [rung(1, 'alive'), rung(4, 'alive'), rung(20, 'inconclusive'), rung(100, 'inconclusive')],
      null,
    );
    const bar = lines.find((line) => line.startsWith('  1 s ')) as string;
    expect(bar.match(/█+/)?.[0]?.length).toBeLessThan(12);
    expect(bar.replaceAll(/[^?]/g, '')).toBe('??');
  });

  test('claims are lines in time, who took over marked', () => {
    const claims = [
      claim(A, { firstSeconds: 0, lastSeconds: 10, count: 3 }),
      claim(B, { firstSeconds: 5, lastSeconds: 5, count: 1 }),
    ];
    const flips = { count: 1, first: [{ atSeconds: 5, fromMac: A, toMac: B }] };
    const lines = render([arp(claims, { listenedSeconds: 10, flips })], { width: 60 }).split('\n');
    const at = lines.findIndex((line) => line.includes('was claimed by'));
    const [first = '', second = ''] = lines.slice(at + 1, at + 3);
    expect(first.slice(21)).toMatch(/^●─+●$/);
    expect(second.slice(21).trim()).toBe('▲');
    expect(second.indexOf('▲')).toBe(Math.round((first.indexOf('●') + first.lastIndexOf('●')) / 2));
    expect(lines).toContain(`${' '.repeat(21)}▲ took the address over`);
  });

  test('round trips are bars from nothing to the longest, lost ones marked', () => {
    const lines = render([echo(6, 5, { rttSeriesMs: [1, 2, 4, null, 8, 8] })]).split('\n');
    expect(lines).toContain('echo-1: ▂▃▅×██');
    expect(lines).toContain('        █ 8 ms  × lost');
    // Neighbours share a column where there are too many, and a loss among them shows.
    const many = Array.from({ length: 100 }, (_, index) => (index === 31 ? null : 1));
    const grouped = render([echo(100, 99, { rttSeriesMs: many })], { width: 40 }).split('\n');
    expect(grouped).toContain(`echo-1: ${'█'.repeat(7)}×${'█'.repeat(17)}`);
    expect(render([echo(3, 3, { rttSeriesMs: [1, 2, 3] })])).not.toContain('█');
  });

  test('there is none where a sentence is quicker', () => {
    expect(render([arp([claim(A)])])).not.toContain('●');
    expect(ladder([rung(1, 'alive'), rung(2, 'silent-drop')], [1, 2]).join('\n')).not.toMatch(/[█░]/);
  });
});
