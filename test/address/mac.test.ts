// MAC addresses: reading, writing, numbers and roles.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BROADCAST_MAC,
  isLocallyAdministered,
  MAC_LENGTH,
  macRole,
  macToNumber,
  numberToMac,
  parseMac,
  readMac,
  readMacNumber,
  writeMac,
  ZERO_MAC,
} from '../../src/address/mac.ts';
import { anyMac, mac } from '../support/addresses.ts';

describe('parseMac', () => {
  it.each(['52:54:00:12:ab:ef', '52-54-00-12-AB-EF', '52:54:00:12:AB:EF'])('reads %s', (text) => {
    expect(parseMac(text)).toBe('52:54:00:12:ab:ef');
  });

  it.each([
    '',
    '52:54:00:12:34',
    '52:54:00:12:34:56:78',
    '5254.0012.3456',
    '525400123456',
    '52:54:00:12:34:5g',
    '52:54:0:12:34:56',
    ' 52:54:00:12:34:56',
    '52:54:00:12:34:56\n',
  ])('refuses %j', (text) => {
    expect(parseMac(text)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => parseMac(text) === null || text.length === 17));
  });
});

describe('readMac and writeMac', () => {
  it('undo each other at any offset and touch nothing else', () => {
    fc.assert(
      fc.property(anyMac, fc.nat(20), (address, offset) => {
        const bytes = new Uint8Array(40).fill(0xa5);
        writeMac(bytes, offset, address);
        expect(readMac(bytes, offset)).toBe(address);
        const outside = bytes.filter((_, index) => index < offset || index >= offset + MAC_LENGTH);
        expect(outside.every((byte) => byte === 0xa5)).toBe(true);
      }),
    );
  });

  it('are in network order, with leading zeros', () => {
    const bytes = Uint8Array.of(0x00, 0x0a, 0xf0, 0x0f, 0xff, 0x01);
    expect(readMac(bytes, 0)).toBe('00:0a:f0:0f:ff:01');
  });

  it('the special ones are what they say', () => {
    expect(readMac(new Uint8Array(6), 0)).toBe(ZERO_MAC);
    expect(readMac(new Uint8Array(6).fill(0xff), 0)).toBe(BROADCAST_MAC);
  });
});

describe('MACs as numbers', () => {
  it('are undone by their text, and read from bytes the same', () => {
    fc.assert(
      fc.property(anyMac, fc.nat(20), (address, offset) => {
        const bytes = new Uint8Array(40).fill(0xa5);
        writeMac(bytes, offset, address);
        const number = macToNumber(address);
        expect(numberToMac(number)).toBe(address);
        expect(readMacNumber(new DataView(bytes.buffer), offset)).toBe(number);
      }),
    );
  });

  it.each([
    [0, '00:00:00:00:00:00'],
    [1, '00:00:00:00:00:01'],
    [0x0a_0000_0000, '00:0a:00:00:00:00'],
    [2 ** 48 - 1, 'ff:ff:ff:ff:ff:ff'],
  ])('%i is %s', (number, text) => {
    expect(numberToMac(number)).toBe(text);
    expect(macToNumber(mac(text))).toBe(number);
  });
});

describe('macRole', () => {
  it.each([
    ['00:00:5e:00:01:01', 'vrrp'],
    ['00:00:5e:00:01:ff', 'vrrp'],
    ['00:00:5e:00:02:01', 'station'],
    ['00:00:5e:00:00:01', 'station'],
    ['00:00:0c:07:ac:0a', 'hsrp'],
    ['00:00:0c:07:ad:0a', 'station'],
    ['00:00:0c:9f:f0:01', 'hsrp'],
    ['00:00:0c:9f:ff:ff', 'hsrp'],
    ['00:00:0c:9f:e0:01', 'station'],
    ['00:07:b4:00:01:02', 'glbp'],
    ['00:07:b5:00:01:02', 'station'],
    ['02:bf:0a:00:00:05', 'ms-nlb'],
    ['03:bf:0a:00:00:05', 'ms-nlb'],
    ['01:00:5e:7f:00:05', 'ms-nlb'],
    ['01:00:5e:7e:00:05', 'station'],
    ['02:be:0a:00:00:05', 'station'],
    ['04:bf:0a:00:00:05', 'station'],
    ['52:54:00:12:34:56', 'station'],
  ])('%s is %s', (text, role) => {
    expect(macRole(mac(text))).toBe(role);
  });
});

describe('isLocallyAdministered', () => {
  it.each([
    ['02:00:00:00:00:00', true],
    ['52:54:00:12:34:56', true],
    ['fe:00:00:00:00:01', true],
    ['00:00:5e:00:01:01', false],
    ['01:00:5e:00:00:01', false],
    ['fd:ff:ff:ff:ff:ff', false],
  ])('%s: %s', (text, local) => {
    expect(isLocallyAdministered(mac(text))).toBe(local);
  });
});
