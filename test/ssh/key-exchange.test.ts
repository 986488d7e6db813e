// The host key in ssh's debug output: believed once it is proved, and never when the server could have written it.

import { describe, expect, it } from 'vitest';
import { verifiedHostKey } from '../../src/ssh/key-exchange.ts';

const FINGERPRINT = 'SHA256:JXRKuk8vq6qwbyOR+o9gyhMoVUx0lBADG8zzpF8MCIU';
const KEY = `debug1: Server host key: ssh-ed25519 ${FINGERPRINT}`;
const OTHER = `debug1: Server host key: ssh-ed25519 SHA256:${'x'.repeat(43)}`;
const VERIFIED = 'debug1: SSH2_MSG_NEWKEYS sent';

const BEFORE = [
  'OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19 27 Jan 2026',
  'debug1: Connecting to 127.0.0.1 [127.0.0.1] port 40001.',
  'debug1: Connection established.',
  'debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2p1 Debian-2+deb12u10',
  'debug1: SSH2_MSG_KEXINIT received',
];
const REST = ["Warning: Permanently added '[127.0.0.1]:40001' (ED25519) to the list of known hosts.", VERIFIED];

const log = (...lines: string[]): string => lines.map((line) => `${line}\r\n`).join('');

describe('verifiedHostKey', () => {
  it('is the key whose signature was verified', () => {
    expect(verifiedHostKey(log(...BEFORE, KEY, ...REST))).toEqual({ type: 'ssh-ed25519', fingerprint: FINGERPRINT });
  });

  it('is null at every point before that', () => {
    const text = log(...BEFORE, KEY, ...REST);
    for (let length = 0; length < text.length; length++) expect(verifiedHostKey(text.slice(0, length))).toBeNull();
  });

  it('knows the warning about old key exchanges, which is fixed text', () => {
    const warning = '** WARNING: connection is not using a post-quantum key exchange algorithm.';
    expect(verifiedHostKey(log(...BEFORE, KEY, warning, ...REST))?.fingerprint).toBe(FINGERPRINT);
  });

  it('keeps to the first key of an exchange', () => {
    expect(verifiedHostKey(log(...BEFORE, KEY, OTHER, VERIFIED))?.fingerprint).toBe(FINGERPRINT);
  });

  it.each([
    ['a disconnect', 'Received disconnect from 127.0.0.1 port 40001:2: bye'],
    ['a debug message', 'debug1: Remote: hello'],
    [
      'an offer of algorithms',
      'Unable to negotiate with 127.0.0.1 port 40001: no matching host key type found. Their offer: x',
    ],
  ])('does not believe lines that %s may have spelled out', (_, freeText) => {
    expect(verifiedHostKey(log(...BEFORE, freeText, OTHER, VERIFIED))).toBeNull();
    expect(verifiedHostKey(log(...BEFORE, KEY, freeText, VERIFIED))).toBeNull();
    expect(verifiedHostKey(`${log(...BEFORE)}${freeText}\n${OTHER}\n${VERIFIED}\n`)).toBeNull();
  });

  it('does not believe a key that was told before there was a connection, nor half a fingerprint', () => {
    expect(verifiedHostKey(log(KEY, ...BEFORE, VERIFIED))).toBeNull();
    expect(verifiedHostKey(log(...BEFORE, KEY.slice(0, -1), VERIFIED))).toBeNull();
    expect(verifiedHostKey(log(...BEFORE, VERIFIED))).toBeNull();
  });
});
