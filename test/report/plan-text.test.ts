// What --dry-run prints: every step, its cost, and that nothing was sent.

import { describe, expect, test } from 'vitest';
import { Ipv4Set } from '../../src/address/ipv4-set.ts';
import type { DupIpStep, Step } from '../../src/plan/index.ts';
import { renderPlan } from '../../src/report/plan-text.ts';
import { ipv4, mac } from '../support/addresses.ts';

const DUP_IP: DupIpStep = {
  check: 'dup-ip',
  target: '10.0.0.5',
  named: Ipv4Set.of([ipv4('10.0.0.5')]),
  swept: null,
  interfaceName: 'eth0',
  interfaceIndex: 2,
  senderMac: mac('02:00:00:00:00:01'),
  senders: [{ ip: ipv4('10.0.0.2'), network: { network: ipv4('10.0.0.0'), prefixLength: 24 } }],
  ownAddresses: new Map(),
  ownMacs: [],
  canaryRange: Ipv4Set.EMPTY,
  excluded: Ipv4Set.EMPTY,
  expected: new Map(),
  proofPort: 22,
  rounds: 3,
  roundIntervalSeconds: 0.3,
  ratePerSecond: 5000,
  listenSeconds: 1.5,
  worstCaseSeconds: 2.25,
};
const LISTEN: Step = {
  check: 'listen',
  target: '10.0.0.5',
  addresses: null,
  interfaceName: 'eth0',
  interfaceIndex: 2,
  ownMacs: [],
  ownAddresses: new Map(),
  expected: new Map(),
  seconds: 60,
  worstCaseSeconds: 60,
};
const READ: Step = { check: 'read', target: 'lan.pcap', addresses: null, expected: new Map() };
const PING: Step = {
  check: 'ping',
  target: 'db',
  host: 'db',
  interfaceName: null,
  interfaceIndex: 0,
  count: 10,
  intervalSeconds: 0.2,
  waitSeconds: 1,
  dataBytes: 56,
  dscp: 0,
  besideGateway: false,
  method: 'system-ping',
  worstCaseSeconds: 18,
};
const IDLE: Step = {
  check: 'idle-timeout',
  target: 'db:443',
  host: 'db',
  port: 443,
  interfaceName: null,
  maxIdleSeconds: 900,
  connections: 64,
  partnerConnections: 128,
  resolutionSeconds: null,
  quick: false,
  deep: false,
  worstCaseSeconds: 2739,
};
const SKIPPED: Step = {
  check: 'skipped',
  skippedCheck: 'dup-ip',
  target: '10.0.0.9',
  because: 'ARP needs root (CAP_NET_RAW)',
  hint: 'run: sudo netcheck --dup-ip 10.0.0.9',
};

const printed = (...steps: readonly Step[]): string[] =>
  renderPlan({ steps, settingsOf: [], keepalive: null }).split('\n');

describe('the plan as text', () => {
  test('tells each step and what it costs', () => {
    expect(printed(DUP_IP, PING, IDLE, SKIPPED)).toEqual([
      'netcheck would, all at once:',
      '  - Ask on eth0 who owns 10.0.0.5: 3 rounds at most 5000 a second, sender 10.0.0.2, then 1.5 s of listening; whoever shares an address is asked at port 22 who it is (at worst 2.25 s)',
      '  - Send 10 echo requests to db, one every 0.2 s, by system-ping (at worst 18 s)',
      '  - Hold idle connections to db:443 for up to 15 min: at most 64 connections, no payload (5 connections and 90 s if sshd answers; at worst 45 min 39 s)',
      '  - Skip --dup-ip 10.0.0.9: ARP needs root (CAP_NET_RAW). Run: sudo netcheck --dup-ip 10.0.0.9',
      'At worst this takes 45 min 39 s. Nothing was sent.',
      '',
    ]);
  });

  test('the worst case is that of the longest step, because all run at once', () => {
    expect(printed(DUP_IP, PING).at(-2)).toBe('At worst this takes 18 s. Nothing was sent.');
    expect(printed(SKIPPED).at(-2)).toBe('At worst this takes 0 s. Nothing was sent.');
  });

  test('says with what sender and pace a sweep would go out', () => {
    const addresses = new Ipv4Set([{ first: 0x0a000001, last: 0x0a000002 }]);
    const swept = { addresses, label: '10.0.0.0/30' };
    const sweep: Step = { ...DUP_IP, named: Ipv4Set.EMPTY, swept, senders: [], ratePerSecond: null, proofPort: null };
    expect(printed(sweep)[1]).toContain('as fast as the interface takes them, sender 0.0.0.0 (RFC 5227 probes)');
    expect(printed(sweep)[1]).not.toContain('who it is');
  });

  test('says where nothing is sent at all', () => {
    expect(printed(LISTEN, READ).slice(1, 3)).toEqual([
      '  - Listen on eth0 for 60 s to who claims an address, sending nothing',
      '  - Read lan.pcap, sending nothing',
    ]);
  });

  test('says whose SSH settings would be read', () => {
    const settingsOf = [
      { host: 'db', destination: 'db', ownAddress: null },
      { host: '10.0.0.2', destination: '10.0.0.2', ownAddress: '10.0.0.2' },
    ];
    expect(
      renderPlan({ steps: [PING], settingsOf, keepalive: null })
        .split('\n')
        .slice(2, 4),
    ).toEqual([
      '  - Read the SSH settings in force for db: ssh -G, sending nothing',
      '  - Read the SSH settings in force for 10.0.0.2: ssh -G, sshd -T (with root), sending nothing',
    ]);
  });

  test('lets no control character through', () => {
    const hostile: Step = { ...SKIPPED, target: '\x1b[2J', because: 'a\nb' };
    expect(renderPlan({ steps: [hostile], settingsOf: [], keepalive: null })).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(printed(hostile)).toHaveLength(4);
  });
});
