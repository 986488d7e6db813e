// What OpenSSH says when no session comes about, each in one line with something to do.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refusalOf } from '../../src/session/refusal.ts';

const LOGIN = { destination: 'me@h', port: 2200 };

const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@
Someone could be eavesdropping on you right now!
Host key verification failed.\r\n`;

const HUNG_UP = 'kex_exchange_identification: Connection closed by remote host';

test.each([
  ['me@h: Permission denied (publickey).\r\n', 'me@h: Permission denied (publickey)', /ssh -v -p 2200 me@h/],
  [
    'me@h: Permission denied (publickey,password).\r\n',
    'me@h: Permission denied (publickey,password)',
    /ssh-copy-id -p 2200 me@h/,
  ],
  [
    "Permissions 0644 for '/home/me/.ssh/id' are too open.\nme@h: Permission denied (publickey).\n",
    "Permissions 0644 for '/home/me/.ssh/id' are too open",
    /chmod 600/,
  ],
  [CHANGED, 'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!', /find out why/],
  ['Host key verification failed.\r\n', 'Host key verification failed', /accept it once: ssh -p 2200 me@h/],
  [`${HUNG_UP}\r\n`, HUNG_UP, /MaxStartups.*PerSourcePenalties/],
  ['Connection closed by UNKNOWN port 65535\r\n', 'Connection closed by UNKNOWN port 65535', /hangs up/],
  ['channel 0: open failed: connect failed: open failed\r\n', /^channel 0: open failed/, /MaxSessions/],
  ['Bad configuration option: foo\n', 'Bad configuration option: foo', /by hand/],
  ['Odd end\n** WARNING: it is not post-quantum\n', 'Odd end', /by hand: ssh -p 2200 me@h/],
  ['', /^ssh ended without a word/, /by hand/],
])('%j', (said, because, hint) => {
  const refusal = refusalOf({ said, greeting: '', answered: '', wasAsked: false }, LOGIN);
  expect(refusal.because).toMatch(because);
  expect(refusal.hint).toMatch(hint);
});

test.each([
  ['Exceeded MaxStartups\r\n', /--connections/],
  ['Not allowed at this time\r\n', /PerSourcePenalties/],
])('the server’s own word for it: %j', (greeting, hint) => {
  const refusal = refusalOf({ said: `${HUNG_UP}\r\n`, greeting, answered: '', wasAsked: false }, LOGIN);
  expect(refusal.because).toBe(`${HUNG_UP} (the server said: ${greeting.trim()})`);
  expect(refusal.hint).toMatch(hint);
});

test('says that a password could help, until one was asked for', () => {
  const said = 'me@h: Permission denied (publickey,password).';
  const asked = { said, greeting: '', answered: '', wasAsked: true };
  expect(refusalOf(asked, LOGIN)).toMatchObject({ isDenied: true, hint: expect.stringMatching(/was not accepted/) });
  expect(refusalOf({ ...asked, said: 'Host key verification failed.' }, LOGIN).isDenied).toBeUndefined();
});

test('an account without a shell says so where the partner would have greeted', () => {
  const answered = 'Welcome!\r\nThis account is currently not available.\n';
  const { because } = refusalOf({ said: '', greeting: 'SSH-2.0-OpenSSH_9.2p1\r\n', answered, wasAsked: false }, LOGIN);
  expect(because).toMatch(/login succeeded.*it said: This account is currently not available$/);
});

test('is one line without control characters, whatever the far side made ssh say', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (said, other) => {
      const { because, hint } = refusalOf({ said, greeting: other, answered: other, wasAsked: true }, LOGIN);
      expect(because).not.toMatch(/\p{Cc}/u);
      expect(because.length).toBeGreaterThan(0);
      expect(hint.length).toBeGreaterThan(0);
    }),
  );
});
