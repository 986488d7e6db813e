// Messages as people paste them: with what stands around them, several at once, and with nothing that is known.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answer, recognise, renderAnswer } from '../../src/explain/index.ts';

const found = (text: string): string[] => recognise(text).recognised.map(({ message }) => message.id);

describe('what stands around a message does not matter', () => {
  test.each([
    ['quotes', '"Write failed: Broken pipe"', 'write-failed'],
    ['other quotes', '“Write failed: Broken pipe”', 'write-failed'],
    ['backticks', '`client_loop: send disconnect: Broken pipe`', 'send-disconnect-broken-pipe'],
    ['capitals', 'WRITE FAILED: BROKEN PIPE', 'write-failed'],
    [
      'a time before it',
      '2026-11-27 11:22:17 client_loop: send disconnect: Broken pipe',
      'send-disconnect-broken-pipe',
    ],
    [
      'a line of syslog',
      'Nov 27 11:22:17 web1 sshd[4711]: Timeout, client not responding from user alice 192.0.2.7 port 5',
      'client-not-responding',
    ],
    ['[preauth] after it', 'Connection reset by 192.0.2.7 port 50122 [preauth]', 'connection-reset'],
    ['a user in it', 'Connection closed by authenticating user root 192.0.2.7 port 5 [preauth]', 'connection-ended'],
    ['a prompt', 'alice@laptop:~$ Connection to web1 closed by remote host.', 'closed-by-remote-host'],
    ['a program', 'ssh: connect to host web1 port 22: Connection refused', 'connect-refused'],
    [
      'words around it',
      'I keep getting "client_loop: send disconnect: Broken pipe" at work',
      'send-disconnect-broken-pipe',
    ],
    ['two spaces and a carriage return', 'Write  failed:\tBroken pipe\r', 'write-failed'],
    ['colours', '\u001b[31mWrite failed\u001b[0m: Broken pipe', 'write-failed'],
    ['a break by a narrow terminal', 'client_loop: send disconnect:\nBroken pipe', 'send-disconnect-broken-pipe'],
    ['IPv6', 'Read from remote host 2001:db8::5: Connection reset by peer', 'read-reset'],
  ])('%s', (_, text, id) => {
    expect(found(text)).toEqual([id]);
  });
});

describe('what other programs say, or what is left of a message', () => {
  test.each([
    ['Network error: Software caused connection abort', 'reset'],
    ['Remote side unexpectedly closed network connection', 'closed-unexpectedly'],
    ['rsync: connection unexpectedly closed (0 bytes received so far) [sender]', 'closed-unexpectedly'],
    ['broken pipe', 'broken-pipe'],
    ['Connection reset by peer', 'reset'],
    ['lost connection', 'closed-unexpectedly'],
  ])('%s', (text, id) => {
    expect(found(text)).toEqual([id]);
  });
});

describe('several messages', () => {
  test('are explained each, once', () => {
    const text = 'client_loop: send disconnect: Broken pipe\n\nssh: connect to host h port 22: Connection refused\n';
    expect(found(text + text)).toEqual(['send-disconnect-broken-pipe', 'connect-refused']);
  });

  test('on one line are told apart', () => {
    expect(found('Read from remote host h: Connection reset by peer Connection to h closed.')).toEqual([
      'read-reset',
      'closed',
    ]);
  });

  test('of which one is but the end of the story: the other one is explained', () => {
    const { messages, epilogues } = answer(recognise('Timeout, server h not responding.\nConnection to h closed.'));
    expect(messages.map(({ message }) => message)).toEqual(['server-not-responding']);
    expect(epilogues).toEqual(['Connection to h closed.']);
  });
});

describe('messages of one end', () => {
  test.each([
    ['Timeout, server h not responding.\nclient_loop: send disconnect: Broken pipe', ['server-not-responding']],
    ['Read from remote host h: Connection reset by peer\nclient_loop: send disconnect: Broken pipe', ['read-reset']],
    [
      'kex_exchange_identification: read: Connection reset by peer\nConnection reset by 203.0.113.4 port 22',
      ['closed-before-greeting'],
    ],
    [
      'Corrupted MAC on input.\nssh_dispatch_run_fatal: Connection to h port 22: message authentication code incorrect',
      ['damaged-payload'],
    ],
    ['client_loop: send disconnect: Broken pipe\nConnection to h closed.', ['send-disconnect-broken-pipe']],
  ])('%j: what says more is explained', (text, ids) => {
    expect(answer(recognise(text)).messages.map(({ message }) => message)).toEqual(ids);
  });

  test('lend each other the name of the server', () => {
    const { messages } = answer(recognise('Write failed: Broken pipe\nConnection to web1 closed.'));
    expect(messages[0]?.causes[0]?.decide).toBe('netcheck --idle-timeout you@web1');
    const [mac] = answer(
      recognise('Corrupted MAC on input.\nConnection to web1 port 22: message authentication code incorrect'),
    ).messages;
    expect(JSON.stringify(mac)).toContain('--ping web1');
    const two = 'Timeout, server a not responding.\nTimeout, server b not responding.\nWrite failed: Broken pipe';
    expect(answer(recognise(two)).messages.map(({ causes }) => causes[0]?.decide)).toEqual([
      'netcheck --ping a',
      'netcheck --ping b',
      'netcheck --idle-timeout you@<server>',
    ]);
  });

  test('of which two are the same, once with a name: it is explained once, with the name', () => {
    const warning = 'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!';
    const text = `@@@@@@\n@ ${warning} @\n@@@@@@\nHost key for 10.0.0.5 has changed and you have requested strict checking.`;
    const { messages, unknown } = answer(recognise(text));
    expect(messages).toHaveLength(1);
    expect(messages[0]?.causes[0]?.decide).toContain('--dup-ip 10.0.0.5');
    expect(unknown).toEqual([]);
  });
});

test.each([
  'Connection closed by UNKNOWN port 65535',
  'client_loop: ssh_packet_write_poll: Connection to UNKNOWN port 65535: Broken pipe',
])('%s: ssh does not hold that connection itself', (line) => {
  const { messages } = answer(recognise(line));
  expect(messages.map(({ message }) => message)).toEqual(['proxy-ended']);
  expect(JSON.stringify(messages[0]?.causes)).not.toContain('UNKNOWN');
});

describe('never a guess', () => {
  test.each(['', '   \n ', 'Permission denied (publickey).', 'hello', 'the pipe under my sink is broken', '}{'])(
    '%j',
    (text) => {
      expect(found(text)).toEqual([]);
      expect(answer(recognise(text)).messages).toEqual([]);
    },
  );

  test('lines that are not known stand beside those that are', () => {
    expect(recognise('hello\nWrite failed: Broken pipe').unknown).toEqual(['hello']);
  });
});

describe('hostile text', () => {
  const HOSTILE = /[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/u;
  const around = fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));

  test('reaches no terminal', () => {
    fc.assert(
      fc.property(around, ([before, after]) => {
        const line = `${before}\n\u202e\u001b]0;x\u0007${after}\nWrite failed: Broken pipe\nConnection to h closed.`;
        const told = answer(recognise(line));
        expect(renderAnswer(told, { color: false, verbosity: 'normal' })).not.toMatch(HOSTILE);
      }),
    );
  });

  test.each([
    ['a command', '$(reboot)'],
    ['an option', '-oProxyCommand=x'],
    ['another command', 'h;reboot'],
    ['an escape', 'h\u001b[2J'],
  ])('%s in the place of a host is in no command', (_, host) => {
    const told = answer(
      recognise(`Timeout, server ${host} not responding.\nRead from remote host ${host}: Connection reset by peer`),
    );
    for (const { causes } of told.messages) {
      for (const { decide } of causes) expect(decide).not.toMatch(/reboot|Proxy|\[2J/);
    }
  });

  test('that would be an option is no host either', () => {
    const [message] = answer(recognise('Timeout, server -oPort not responding.')).messages;
    expect(message?.causes[0]?.decide).toBe('netcheck --ping <server>');
  });

  test('of any length takes no time, and shows little', () => {
    const long = `${'a '.repeat(50_000)}\nConnection to ${'h'.repeat(20_000)} closed by remote host\nWrite failed: Broken pipe`;
    const text = renderAnswer(answer(recognise(long)), { color: false, verbosity: 'normal' });
    expect(text.length).toBeLessThan(6000);
  });
});

test.each([40, 60, 100, 200])('sentences fit into %d columns, and no command is broken', (width) => {
  const told = answer(recognise('Timeout, server web1 not responding.\nhello'));
  const text = renderAnswer(told, { color: false, verbosity: 'normal', width });
  const sentences = text.split('\n').filter((line) => !/to decide:|at once:/.test(line));
  for (const line of sentences) expect(line.length).toBeLessThanOrEqual(width);
  for (const { decide } of told.messages[0]?.causes ?? []) expect(text).toContain(`to decide: ${decide}\n`);
});

test('plain text has a sentence a line and no colours; ASCII has nothing else', () => {
  const told = answer(recognise('Connection to h closed by remote host.'));
  const text = renderAnswer(told, { color: true, plain: true, ascii: true, verbosity: 'normal' });
  expect(text).toMatch(/^[\n\x20-\x7e]+$/);
  expect(text).toContain(`On the wire: ${told.messages[0]?.event}\n`);
});

test('where more than one cause can be measured, one command measures all', () => {
  const examine = (line: string) => answer(recognise(line)).messages[0]?.examine;
  expect(examine('packet_write_wait: Connection to 10.0.0.5 port 2222: Broken pipe')).toBe(
    'sudo netcheck you@10.0.0.5:2222',
  );
  expect(examine('Timeout, client not responding.')).toBe('on the client: sudo netcheck you@<server>');
  expect(examine('Corrupted MAC on input.')).toBeNull();
});

test('the answer begins with the meaning, and each cause has its command', () => {
  const text = renderAnswer(answer(recognise('Write failed: Broken pipe')), { color: false, verbosity: 'normal' });
  expect(text.split('\n')[0]).toMatch(/^ssh wrote into a connection that was dead already/);
  expect(text).toMatch(/What it may be, the likeliest first:\n {2}1\. A NAT/);
  expect(text.match(/to decide: /g)?.length).toBe(6);
  const quiet = renderAnswer(answer(recognise('Write failed: Broken pipe')), { color: false, verbosity: 'quiet' });
  expect(quiet.length).toBeLessThan(text.length);
  expect(quiet).not.toContain('What it is not');
});
