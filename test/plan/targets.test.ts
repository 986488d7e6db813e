// Targets as people type them: what each stands for, and one clear line for what stands for nothing.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExpected, parseTargets, type Target } from '../../src/plan/targets.ts';
import { UsageError } from '../../src/plan/usage.ts';
import { file, typed } from './machines.ts';

const parse = (...words: readonly string[]): Target[] =>
  typed(...words).flatMap((list) => parseTargets('--dup-ip', list));

/** Small sets as the list of their addresses. */
const readable = ({ text, addresses, named }: Target): [string, string | string[], boolean] => [
  text,
  addresses === 'self' ? addresses : [...addresses],
  named,
];

/** What is said about targets that can't be read. */
function complaint(parsing: () => unknown): string {
  try {
    parsing();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('it was read');
}

describe('a target', () => {
  it.each<[string, string[], boolean]>([
    ['10.0.0.5', ['10.0.0.5'], true],
    ['10.0.0.5/32', ['10.0.0.5'], true],
    ['10.0.0.5-5', ['10.0.0.5'], true],
    ['10.0.0.4/31', ['10.0.0.4', '10.0.0.5'], false],
    ['10.0.0.6/30', ['10.0.0.5', '10.0.0.6'], false],
    ['10.0.0.254-10.0.1.1', ['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1'], false],
    ['10.0.0.5-7', ['10.0.0.5', '10.0.0.6', '10.0.0.7'], false],
    ['0.255.255.255-1.0.0.1', ['1.0.0.0', '1.0.0.1'], false],
    ['223.255.255.254-224.0.0.1', ['223.255.255.254', '223.255.255.255'], false],
  ])('%s', (text, addresses, named) => {
    expect(parse(text).map(readable)).toEqual([[text, addresses, named]]);
  });

  it('may be this machine itself', () => {
    expect(parse('self')).toEqual([{ text: 'self', addresses: 'self', named: true }]);
  });

  it('may stand beside others', () => {
    expect(parse('10.0.0.5, 10.0.0.8-9 self').map(readable)).toEqual([
      ['10.0.0.5', ['10.0.0.5'], true],
      ['10.0.0.8-9', ['10.0.0.8', '10.0.0.9'], false],
      ['self', 'self', true],
    ]);
  });
});

describe('a file', () => {
  it('is one target by its name, however many lines it has', () => {
    const lines = ['10.0.0.9', '10.0.0.5 10.0.0.6', '10.0.0.5,10.0.0.8-9', '10.0.0.12/31'];
    const addresses = ['10.0.0.5', '10.0.0.6', '10.0.0.8', '10.0.0.9', '10.0.0.12', '10.0.0.13'];
    expect(parseTargets('--dup-ip', file('@hosts', ...lines)).map(readable)).toEqual([['@hosts', addresses, false]]);
    expect(parseTargets('--dup-ip', file('-', '10.0.0.5')).map(readable)).toEqual([['-', ['10.0.0.5'], false]]);
  });

  it('may name this machine too', () => {
    expect(parseTargets('--dup-ip', file('@hosts', 'self', '10.0.0.5')).map(readable)).toEqual([
      ['@hosts', ['10.0.0.5'], false],
      ['self', 'self', true],
    ]);
    expect(parseTargets('--dup-ip', file('@hosts', 'self')).map(readable)).toEqual([['self', 'self', true]]);
  });

  it('of twenty thousand lines is read in one go', () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `10.${at >> 15}.${(at >> 7) & 255}.${(at & 127) * 2}`);
    const [all] = parseTargets('--dup-ip', file('@hosts', ...lines));
    expect(all?.addresses).toMatchObject({ size: 20_000 });
  });

  it('is named where one of its lines is wrong', () => {
    const message = complaint(() => parseTargets('--dup-ip', file('@hosts', '10.0.0.5', 'banana')));
    expect(message).toMatch(/^--dup-ip @hosts: banana: not an IPv4 address, network or range; write it like /);
  });

  it('with nothing in it is told', () => {
    expect(complaint(() => parseTargets('--exclude', file('@none')))).toBe('--exclude @none: nothing is listed there');
    expect(complaint(() => parseTargets('--dup-ip', file('-', ' , ')))).toBe('--dup-ip -: nothing is listed there');
  });
});

describe('what is no target is told in one line that says what to type', () => {
  it.each<[string, RegExp]>([
    ['banana', /^--dup-ip banana: not an IPv4 address, network or range; write it like 10\.0\.0\.5, 10\.0\.0\.0\/24/],
    ['10.0.0', /not an IPv4 address, network or range/],
    ['10.0.0.256', /not an IPv4 address, network or range/],
    ['10.0.0.05', /not an IPv4 address, network or range/],
    ['10.0.0.0/33', /not an IPv4 address, network or range/],
    ['example.org', /not an IPv4 address, network or range/],
    ['SELF', /not an IPv4 address, network or range/],
    ['10.0.0.9-10.0.0.5', /not a range; write it like 10\.0\.0\.5-10\.0\.0\.9 or 10\.0\.0\.5-9$/],
    ['10.0.0.9-5', /not a range/],
    ['10.0.0.5-300', /not a range/],
    ['10.0.0.5-', /not an IPv4 address, network or range/],
    ['10.0.0.5:22', /an address has no port here; write 10\.0\.0\.5$/],
    ['2001:db8::5', /ARP, which is IPv4 only/],
    ['2001:db8::/64', /ARP, which is IPv4 only/],
    ['fe80::1%eth0', /ARP, which is IPv4 only/],
    ['0.0.0.0', /no host can have this address/],
    ['0.1.2.3', /no host can have this address/],
    ['224.0.0.1', /no host can have this address/],
    ['224.0.0.0/4', /no host can have this address/],
    ['240.0.0.1-255.255.255.255', /no host can have this address/],
    ['255.255.255.255', /no host can have this address/],
  ])('%s', (text, message) => {
    const said = complaint(() => parse(text));
    expect(said).toMatch(message);
    expect(said).toContain(`--dup-ip ${text}: `);
    expect(said).not.toContain('\n');
  });

  it('and no more of it is shown than a person reads', () => {
    expect(complaint(() => parse('x'.repeat(100_000))).length).toBeLessThan(300);
    expect(complaint(() => parseExpected(typed('x'.repeat(100_000)))).length).toBeLessThan(300);
  });

  it('whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(parse(text).every(({ addresses }) => addresses === 'self' || addresses.size > 0)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

describe('parseExpected', () => {
  const ONE = 'aa:bb:cc:dd:ee:01';
  const TWO = 'aa:bb:cc:dd:ee:02';

  it('reads owners by address, in any form of a MAC, each once', () => {
    const lists = [
      ...typed(`10.0.0.5=${ONE},AA-BB-CC-DD-EE-02`),
      file('@known', `10.0.0.6 = ${ONE}`, `10.0.0.5=${TWO} ${ONE}`),
    ];
    expect([...parseExpected(lists)]).toEqual([
      ['10.0.0.5', [ONE, TWO]],
      ['10.0.0.6', [ONE]],
    ]);
    expect(parseExpected([]).size).toBe(0);
  });

  it.each<[string, RegExp]>([
    ['', /not an address and its MACs/],
    ['10.0.0.5', /not an address and its MACs/],
    [ONE, /not an address and its MACs/],
    [`banana=${ONE}`, /not an address and its MACs/],
    [`10.0.0.0/24=${ONE}`, /not an address and its MACs/],
    [`10.0.0.5=${ONE}=${TWO}`, /not an address and its MACs/],
    ['10.0.0.5=', /no MAC is given/],
    ['10.0.0.5= ,', /no MAC is given/],
    [`10.0.0.5=${ONE},banana`, /banana is not a MAC/],
    ['10.0.0.5=aa:bb:cc:dd:ee', /aa:bb:cc:dd:ee is not a MAC/],
  ])('%j', (text, message) => {
    const said = complaint(() => parseExpected(typed(text)));
    expect(said).toMatch(message);
    expect(said).toMatch(/^--expect .*; write it like 10\.0\.0\.5=aa:bb:cc:dd:ee:01,aa:bb:cc:dd:ee:02$/);
  });
});
