// What others named is one word of a command, whatever it holds: a real shell is asked.

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnose/index.ts';
import { shellWord } from '../../src/diagnose/shell-word.ts';
import type { EvidenceOf } from '../../src/evidence.ts';

test('any text is read as itself by a shell', () => {
  const odd = fc.string({
    unit: fc.constantFrom(...'ab /-_.$`\'"\\;&|<>(){}[]*?!#~\n\t'),
    minLength: 1,
    maxLength: 20,
  });
  const texts = fc
    .sample(fc.oneof(odd, fc.string({ unit: 'grapheme', minLength: 1 })), 400)
    .filter((t) => !t.includes('\0'));
  const said = execFileSync('sh', ['-c', texts.map((text) => `printf '%s\\0' ${shellWord(text)}`).join('\n')]);
  const words = said.toString().split('\0').slice(0, -1);
  expect(words).toEqual(texts.map((text) => (text.startsWith('-') ? `./${text}` : text)));
});

test('what is usual stays as it is', () => {
  for (const word of ['/srv/sftp', 'eth0.100', '10.0.0.5', '2001:db8::1', 'br-lan', 'münchen'])
    expect(shellWord(word)).toBe(word);
});

test('a path of a far server does nothing in the command that mends it', () => {
  const settings: EvidenceOf<'ssh-server-settings'> = {
    id: 'sshd-1',
    kind: 'ssh-server-settings',
    host: 'h',
    user: 'u',
    unreadBecause: null,
    clientAliveInterval: null,
    clientAliveCountMax: null,
    tcpKeepAlive: null,
    loginGraceTime: null,
    channelTimeout: null,
    unusedConnectionTimeout: null,
    maxSessions: null,
    maxStartups: null,
    rekeyLimit: null,
    chrootDirectory: '/srv/$(reboot)',
    chrootPath: [{ path: '/srv/$(reboot)', ownerUid: 1000, mode: '755', problem: 'not-root' }],
    readBy: 'sshd -T',
    leftOut: null,
    shell: null,
  };
  const [cause] = diagnose([settings]);
  expect(cause?.advice.join()).toContain("sudo chown root:root '/srv/$(reboot)'");
});
