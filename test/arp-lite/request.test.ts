// In whose name addresses are asked for: by network, and never in a way that announces one.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipv4ToUint32, UNSPECIFIED_IPV4 } from '../../src/address/ipv4.ts';
import { BROADCAST_MAC } from '../../src/address/mac.ts';
import { type ArpFrame, decodeArpFrame, MINIMUM_FRAME_LENGTH } from '../../src/arp-lite/packet.ts';
import { requestWriter, type Sender } from '../../src/arp-lite/request.ts';
import { anyIpv4, cidr, ipv4, mac } from '../support/addresses.ts';

const SENDER: Sender = {
  mac: mac('02:00:00:00:00:01'),
  addresses: [
    { ip: ipv4('10.0.0.2'), network: cidr('10.0.0.0/24') },
    { ip: ipv4('192.168.7.1'), network: cidr('192.168.7.0/29') },
    { ip: ipv4('192.168.7.2'), network: cidr('192.168.0.0/16') },
  ],
};

function asked(target: string, own: readonly string[] = [], destination?: string): ArpFrame {
  const write = requestWriter(SENDER, own.map(ipv4), destination === undefined ? undefined : mac(destination));
  const frame = new Uint8Array(MINIMUM_FRAME_LENGTH).fill(0xa5);
  write(ipv4ToUint32(ipv4(target)), frame);
  const decoded = decodeArpFrame(frame);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.packet;
}

test.each([
  ['10.0.0.5', '10.0.0.2'],
  ['192.168.7.5', '192.168.7.1'],
  ['192.168.7.8', '192.168.7.2'],
  ['192.168.255.1', '192.168.7.2'],
  ['10.0.1.0', '0.0.0.0'],
  ['192.0.2.5', '0.0.0.0'],
  ['10.0.0.2', '0.0.0.0'],
  ['192.168.7.2', '0.0.0.0'],
])('%s is asked for in the name of %s', (target, senderIp) => {
  expect(asked(target)).toEqual({
    destinationMac: BROADCAST_MAC,
    sourceMac: SENDER.mac,
    operation: 1,
    senderMac: SENDER.mac,
    senderIp,
    targetMac: '00:00:00:00:00:00',
    targetIp: target,
  });
});

test('our own addresses on other interfaces are asked for with sender 0.0.0.0', () => {
  expect(asked('10.0.0.77').senderIp).toBe('10.0.0.2');
  expect(asked('10.0.0.77', ['10.0.0.77']).senderIp).toBe('0.0.0.0');
});

test('one machine can be asked alone', () => {
  expect(asked('10.0.0.5', [], '52:54:00:00:00:0a')).toMatchObject({
    destinationMac: '52:54:00:00:00:0a',
    senderIp: '10.0.0.2',
  });
});

test('nothing is announced, whatever is asked for', () => {
  // 0.0.0.0 is nobody's, and no target list lets it in.
  const somebodys = anyIpv4.filter((ip) => ip !== UNSPECIFIED_IPV4);
  const target = fc.oneof(somebodys, fc.constantFrom(...SENDER.addresses.map(({ ip }) => ip)));
  fc.assert(fc.property(target, (ip) => asked(ip).senderIp !== ip && asked(ip).targetIp === ip));
});
