// Three datagrams to each port, until something comes of one.

import { describe, expect, test } from 'vitest';
import type { OpenUdpPort, Rejection } from '../../src/udp/port.ts';
import { probePorts } from '../../src/udp/probe-ports.ts';
import { fakeClock } from '../support/fake-clock.ts';

const REJECTION: Rejection = { version: 4, type: 3, code: 13, from: '192.0.2.1' };

/** Answers to the datagram of that number, from 1, to a port; others vanish. */
function simulate(
  answers: Record<number, { to: number; with: 'datagram' | Rejection }>,
  refused: readonly number[] = [],
) {
  const sent = new Map<number, number>();
  let open = 0;
  const port: OpenUdpPort = ({ port: number }) => {
    open++;
    return {
      ok: true,
      value: {
        send: () => {
          if (refused.includes(number)) return 'EPERM';
          sent.set(number, (sent.get(number) ?? 0) + 1);
          return null;
        },
        answer: () => {
          const answer = answers[number];
          return answer !== undefined && (sent.get(number) ?? 0) >= answer.to ? answer.with : null;
        },
        close: () => void open--,
      },
    };
  };
  return { port, sent, stillOpen: () => open };
}

const ENDPOINT = { address: '192.0.2.7', interfaceName: null };

describe('probing ports', () => {
  test('asks again what is silent, and nothing that has answered', async () => {
    const clock = fakeClock();
    const world = simulate({ 1: { to: 1, with: 'datagram' }, 2: { to: 2, with: REJECTION } });
    const never = new AbortController().signal;
    const probed = await clock.run(probePorts(world.port, ENDPOINT, [1, 2, 3], clock, never));
    expect(probed).toEqual({
      ok: true,
      ports: [
        { port: 1, outcome: 'answered' },
        { port: 2, outcome: 'rejected', rejection: REJECTION },
        { port: 3, outcome: 'silent' },
      ],
    });
    expect([...world.sent.values()]).toEqual([1, 2, 3]);
    expect(clock.now()).toBeLessThan(4000);
    expect(world.stillOpen()).toBe(0);
  });

  test('its own refusal to send comes before the ICMP error with which its firewall explains that', async () => {
    const clock = fakeClock();
    const open: OpenUdpPort = () => ({
      ok: true,
      value: { send: () => 'EPERM', answer: () => REJECTION, close: () => {} },
    });
    const probed = await clock.run(probePorts(open, ENDPOINT, [1], clock, new AbortController().signal));
    expect(probed).toEqual({ ok: true, ports: [{ port: 1, outcome: 'unsent', because: 'EPERM' }] });
  });

  test('says why this machine can not send', async () => {
    const refusing: OpenUdpPort = () => ({ ok: false, because: 'ENETUNREACH' });
    const clock = fakeClock();
    const probed = await clock.run(probePorts(refusing, ENDPOINT, [1], clock, new AbortController().signal));
    expect(probed).toEqual({ ok: false, because: 'ENETUNREACH' });
  });

  test('what this machine itself does not send is no silence', async () => {
    const clock = fakeClock();
    const { port } = simulate({}, [2]);
    const probed = await clock.run(probePorts(port, ENDPOINT, [1, 2], clock, new AbortController().signal));
    const unsent = { port: 2, outcome: 'unsent', because: 'EPERM' };
    expect(probed).toEqual({ ok: true, ports: [{ port: 1, outcome: 'silent' }, unsent] });
  });

  test('ends when it is interrupted', async () => {
    const clock = fakeClock();
    const world = simulate({});
    const probed = await clock.run(probePorts(world.port, ENDPOINT, [1, 2], clock, AbortSignal.abort()));
    expect(probed).toMatchObject({ ok: true, ports: [{ outcome: 'silent' }, { outcome: 'silent' }] });
    expect(world.stillOpen()).toBe(0);
  });
});
