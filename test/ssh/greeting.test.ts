// What an SSH server says first, out of bytes that may be anything.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sshIdentification, UNAUTHENTICATED_IDLE_SECONDS, UNAUTHENTICATED_SECONDS } from '../../src/ssh/index.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('an SSH identification', () => {
  test.each([
    { said: 'SSH-2.0-OpenSSH_9.9\r\n', is: 'SSH-2.0-OpenSSH_9.9' },
    { said: 'SSH-2.0-OpenSSH_9.9p1 Debian-3 and comments\r\n', is: 'SSH-2.0-OpenSSH_9.9p1 Debian-3 and comments' },
    { said: 'SSH-1.99-old\n', is: 'SSH-1.99-old' },
    { said: 'SSH-2.0-dropbear', is: 'SSH-2.0-dropbear' },
    { said: 'No logins on Sundays.\r\nSSH-2.0-x\r\n', is: 'SSH-2.0-x' },
    { said: 'SSH-2.0-x\r\nmore SSH-2.0-y\r\n', is: 'SSH-2.0-x' },
  ])('is read from $said', ({ said, is }) => {
    expect(sshIdentification(bytes(said))).toBe(is);
  });

  test.each([
    { said: '' },
    { said: '220 mail.example.org ESMTP\r\n' },
    { said: 'HTTP/1.1 400 Bad Request\r\n\r\n' },
    { said: 'this is no SSH-2.0-x\r\n' },
    { said: 'ssh-2.0-lower\r\n' },
    { said: `${'x'.repeat(255)}\nSSH-2.0-beyond-the-limit\r\n` },
  ])('is not in $said', ({ said }) => {
    expect(sshIdentification(bytes(said))).toBeNull();
  });

  test('loses what a terminal would act on', () => {
    expect(sshIdentification(bytes('SSH-2.0-\x1b[2J\x07\x00\x9b31m\xff\r\n'))).toBe('SSH-2.0-?[2J???31m?');
  });

  test('is printable ASCII of one line or nothing, for any bytes', () => {
    const hostile = fc.uint8Array({ maxLength: 300 }).map((tail) => Uint8Array.of(...bytes('SSH-'), ...tail));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), hostile), (greeting) => {
        expect(sshIdentification(greeting) ?? 'SSH-').toMatch(/^SSH-[\x20-\x7e]{0,251}$/);
      }),
    );
  });
});

test('what sshd may be asked leaves it time to answer before the deadline', () => {
  expect(UNAUTHENTICATED_IDLE_SECONDS + 3).toBeLessThan(UNAUTHENTICATED_SECONDS);
});
