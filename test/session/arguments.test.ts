// How ssh is run: nothing of the user's configuration may speak on the connection, and the relay survives two shells' reading.

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { sessionArguments } from '../../src/session/arguments.ts';
import { loginWords } from '../../src/ssh/index.ts';

const login = { destination: 'me@there', port: 2200 };

test('ends what would keep the session awake, and begins nothing beside it', () => {
  const line = sessionArguments(login, '/usr/bin/node', '/tmp/x/1', false);
  for (const option of ['ServerAliveInterval=0', 'TCPKeepAlive=no', 'ControlPath=none', 'BatchMode=yes'])
    expect(line).toContain(option);
  expect(sessionArguments(login, '/usr/bin/node', '/tmp/x/1', true)).not.toContain('BatchMode=yes');
  // Whatever the destination is, it is no option.
  expect(line.slice(line.indexOf('--'), -1)).toEqual(['--', 'me@there']);
  expect(loginWords({ ...login, port: null })).toEqual(['--', 'me@there']);
});

test('quotes the relay for the shell and for ssh', () => {
  const line = sessionArguments(login, "/opt/it's 100%/node", '/tmp/a b/1', false);
  const relay = line.find((word) => word.startsWith('ProxyCommand='))?.slice('ProxyCommand='.length) ?? '';
  expect(relay.replaceAll('%%', '')).not.toContain('%');
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${relay.replaceAll('%%', '%')}`], { encoding: 'utf8' });
  const [node, flag, , socket] = words.split('\n');
  expect([node, flag, socket]).toEqual(["/opt/it's 100%/node", '-e', '/tmp/a b/1']);
});
