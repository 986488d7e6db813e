// What --dry-run prints: every step, its cost, and that nothing was sent.

import { describe, expect, test } from 'vitest';
import type { Step } from '../../src/plan/index.ts';
import { renderPlan } from '../../src/report/plan-text.ts';
import { ipv4, mac } from '../support/addresses.ts';

const DUP_IP: Step = {
  check: 'dup-ip',
  target: '10.0.0.5',
  addresses: [ipv4('10.0.0.5')],
  sweep: false,
  interfaceName: 'eth0',
  interfaceIndex: 2,
  senderMac: mac('02:00:00:00:00:01'),
  senderIp: ipv4('10.0.0.2'),
  ownAddresses: [],
  ownMacs: [],
  rounds: 3,
  roundIntervalSeconds: 0.3,
  ratePerSecond: 5000,
  listenSeconds: 1.5,
  worstCaseSeconds: 2.25,
};
const PING: Step = {
  check: 'ping',
  target: 'db',
  host: 'db',
  interfaceName: null,
  count: 10,
  intervalSeconds: 0.2,
  waitSeconds: 1,
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
  worstCaseSeconds: 2739,
};
const SKIPPED: Step = {
  check: 'skipped',
  skippedCheck: 'dup-ip',
  target: '10.0.0.9',
  because: 'ARP needs root (CAP_NET_RAW)',
  hint: 'run: sudo netcheck --dup-ip 10.0.0.9',
};

const printed = (...steps: readonly Step[]): string[] => renderPlan({ steps, keepalive: null }).split('\n');

describe('the plan as text', () => {
  test('tells each step and what it costs', () => {
    expect(printed(DUP_IP, PING, IDLE, SKIPPED)).toEqual([
      'netcheck would, all at once:',
      '  - Ask on eth0 who owns 10.0.0.5: 3 rounds at most 5000 a second, sender 10.0.0.2, then 1.5 s of listening (at worst 2.25 s)',
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
    const sweep: Step = { ...DUP_IP, target: '10.0.0.0/30', sweep: true, senderIp: null, ratePerSecond: null };
    expect(printed(sweep)[1]).toContain('as fast as the interface takes them, sender 0.0.0.0 (RFC 5227 probes)');
  });

  test('lets no control character through', () => {
    const hostile: Step = { ...SKIPPED, target: '\x1b[2J', because: 'a\nb' };
    expect(renderPlan({ steps: [hostile], keepalive: null })).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(printed(hostile)).toHaveLength(4);
  });
});
