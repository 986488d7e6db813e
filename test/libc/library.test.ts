// Errno names as the rest of the program compares them, and failed calls as SystemErrors.

import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { errnoCode, SystemError } from '../../src/libc/library.ts';
import { close } from '../../src/libc/socket.ts';

test('a number with two names goes by the one that Linux manuals use', () => {
  expect(errnoCode(constants.errno.EAGAIN)).toBe('EAGAIN');
  expect(errnoCode(constants.errno.EWOULDBLOCK)).toBe('EAGAIN');
  expect(errnoCode(constants.errno.ENETDOWN)).toBe('ENETDOWN');
});

test('an unknown number is kept', () => {
  expect(errnoCode(4095)).toBe('errno 4095');
});

test('a failed call names the call and the reason', () => {
  expect(() => close(-1)).toThrow(new SystemError('close', 'EBADF'));
});
