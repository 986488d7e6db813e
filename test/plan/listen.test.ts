// Planning --listen and --read: where, for what, and without a packet.

import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../src/host.ts';
import { cidr, mac } from '../support/addresses.ts';
import {
  ETH0,
  holding,
  LOOPBACK,
  SERVER,
  skipped,
  stepOf,
  stepsOf,
  TUNNEL,
  typed,
  usageMessage,
  withEth0,
} from './machines.ts';

const OWNER = 'aa:bb:cc:dd:ee:01';
const ETH1 = { ...ETH0, name: 'eth1', index: 3, mac: mac('02:00:00:00:00:03'), addresses: [holding('10.0.1.2/24')] };
const TWO_CARDS: HostFacts = {
  ...SERVER,
  interfaces: [LOOPBACK, ETH0, ETH1, TUNNEL],
  routes: [...SERVER.routes, { destination: cidr('10.0.1.0/24'), interfaceName: 'eth1', gateway: null, metric: 0 }],
};

describe('--listen', () => {
  it('by itself hears whatever is said where the internet is', () => {
    expect(stepOf('listen', { listenSeconds: 60 }, TWO_CARDS)).toEqual({
      check: 'listen',
      target: 'eth0',
      addresses: null,
      interfaceName: 'eth0',
      interfaceIndex: 2,
      ownMacs: [ETH0.mac, ETH1.mac],
      ownAddresses: new Map([
        ['127.0.0.1', ETH0.mac],
        ['10.0.0.2', ETH0.mac],
        ['10.0.1.2', ETH1.mac],
        ['10.8.0.2', ETH0.mac],
      ]),
      expected: new Map(),
      seconds: 60,
      worstCaseSeconds: 60,
    });
  });

  it('goes where it is told to, or to the only card that there is', () => {
    expect(stepOf('listen', { listenSeconds: 1, interfaceName: 'eth1' }, TWO_CARDS).interfaceName).toBe('eth1');
    expect(stepOf('listen', { listenSeconds: 1 }, { ...SERVER, routes: [] }).interfaceName).toBe('eth0');
    expect(usageMessage({ listenSeconds: 1 }, { ...TWO_CARDS, routes: [] })).toBe(
      '--listen: say on which interface with -i',
    );
    expect(usageMessage({ listenSeconds: 1 }, { ...SERVER, interfaces: [LOOPBACK, TUNNEL] })).toMatch(
      /which interface/,
    );
  });

  it('for addresses is a step per interface', () => {
    const steps = stepsOf({ listenSeconds: 5, dupIp: typed('10.0.0.5', '10.0.1.0/30', '10.0.0.5') }, TWO_CARDS);
    expect(
      steps.map((step) => step.check === 'listen' && [step.interfaceName, step.target, [...(step.addresses ?? [])]]),
    ).toEqual([
      ['eth0', '10.0.0.5', ['10.0.0.5']],
      ['eth1', '10.0.1.0/30', ['10.0.1.1', '10.0.1.2']],
    ]);
  });

  it('minds --exclude and --expect', () => {
    const asked = {
      listenSeconds: 5,
      dupIp: typed('10.0.0.4/30'),
      exclude: typed('10.0.0.6'),
      expect: typed(`10.0.0.5=${OWNER}`),
    };
    const step = stepOf('listen', asked);
    expect([[...(step.addresses ?? [])], [...step.expected]]).toEqual([['10.0.0.5'], [['10.0.0.5', [OWNER]]]]);
  });

  it('listens to as wide a network as is wanted: nothing is set aside for who keeps quiet', () => {
    const step = stepOf('listen', { listenSeconds: 5, dupIp: typed('10.0.0.0/8'), interfaceName: 'eth0' });
    expect(step.addresses?.size).toBe(2 ** 24 - 2 - 1);
  });

  it('needs root, an interface that is up, and one that speaks ARP', () => {
    const asked = { listenSeconds: 90 };
    expect(skipped(asked, { ...SERVER, canOpenRawSockets: false })).toMatchObject({
      skippedCheck: 'listen',
      target: 'eth0',
      because: 'ARP needs root (CAP_NET_RAW)',
      hint: 'run: sudo netcheck --listen 90',
    });
    expect(skipped({ ...asked, interfaceName: 'eth0' }, withEth0({ up: false })).because).toBe(
      'interface eth0 is down',
    );
    expect(skipped({ ...asked, interfaceName: 'tun0' }).because).toMatch(/does not speak ARP/);
  });
});

describe('--read', () => {
  it('looks into each file, for all that is in it', () => {
    const asked = { read: ['a.pcap', 'b.pcapng'], expect: typed(`10.0.0.5=${OWNER}`) };
    const expected = new Map([['10.0.0.5', [OWNER]]]);
    expect(stepsOf(asked, { ...SERVER, canOpenRawSockets: false })).toEqual([
      { check: 'read', target: 'a.pcap', addresses: null, expected },
      { check: 'read', target: 'b.pcapng', addresses: null, expected },
    ]);
  });

  it('looks for what --dup-ip names, wherever that is, less what is excluded', () => {
    const asked = {
      read: ['a.pcap'],
      dupIp: typed('192.0.2.5', '10.9.0.0/30', 'self'),
      exclude: typed('10.9.0.1', '127.0.0.1'),
    };
    expect([...(stepOf('read', asked).addresses ?? [])]).toEqual(['10.0.0.2', '10.8.0.2', '10.9.0.2', '192.0.2.5']);
  });

  it('for nothing is refused', () => {
    const asked = { read: ['a.pcap'], dupIp: typed('10.0.0.5'), exclude: typed('10.0.0.0/24') };
    expect(usageMessage(asked)).toBe('--exclude leaves no address to look for');
    expect(usageMessage({ read: ['a.pcap'], dupIp: typed('banana') })).toMatch(/^--dup-ip banana: /);
  });
});
