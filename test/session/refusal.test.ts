// What OpenSSH says when no session comes about, each in one line with something to do.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refusalOf } from '../../src/session/refusal.ts';

const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@
Someone could be eavesdropping on you right now!
Host key verification failed.\r\n`;

test.each([
  ['me@h: Permission denied (publickey).\r\n', 'me@h: Permission denied (publickey).', /ssh -v me@h/],
  ['me@h: Permission denied (publickey,password).\r\n', 'me@h: Permission denied (publickey,password).', /ssh-copy-id/],
  [CHANGED, 'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!', /find out why/],
  ['Host key verification failed.\r\n', 'Host key verification failed.', /accept it once/],
  [
    'kex_exchange_identification: Connection closed by remote host\r\n',
    'kex_exchange_identification: Connection closed by remote host',
    /MaxStartups/,
  ],
  ['Bad configuration option: foo\n', 'Bad configuration option: foo', /by hand/],
  ['', 'ssh ended without a word', /by hand/],
])('%j', (said, because, hint) => {
  const refusal = refusalOf(said, 'me@h');
  expect(refusal.because).toBe(because);
  expect(refusal.hint).toMatch(hint);
});

test('is one line without control characters, whatever the far side made ssh say', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (said) => {
      const { because, hint } = refusalOf(said, 'me@h');
      expect(because).not.toMatch(/\p{Cc}/u);
      expect(because.length).toBeGreaterThan(0);
      expect(hint.length).toBeGreaterThan(0);
    }),
  );
});
