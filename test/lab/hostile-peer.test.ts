// A server that says whatever a terminal would obey: before its identification, in it, in the reason for which it hangs up, and
// to a shell that is no shell. The bytes of everything that netcheck prints and writes of it.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type LabHost, natPath } from '../../src/lab/index.ts';
import { controlsIn, HOSTILE } from '../support/control-bytes.ts';
import { commandLine, labUnavailable, SUDO_BY_NOBODY } from '../support/lab-run.ts';
import { type SshUser, sshUser } from '../support/ssh-user.ts';
import { startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PORT = 2022;
const ONE_LINE = HOSTILE.replaceAll('\n', ' ').replaceAll('\0', '').replaceAll('\ud800', '');

/** SSH_MSG_DISCONNECT (RFC 4253 section 11.1) in a packet without encryption (section 6): ssh prints its description. */
function disconnect(description: string): Buffer {
  const words = Buffer.from(description);
  const payload = Buffer.concat([Buffer.from([1, 0, 0, 0, 2]), uint32(words.length), words, uint32(0)]);
  const padding = 4 + ((8 - ((payload.length + 9) % 8)) % 8);
  return Buffer.concat([uint32(payload.length + padding + 1), Buffer.from([padding]), payload, Buffer.alloc(padding)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Says `first` to everybody, and `then` to who answers. Resolves once it listens. */
async function speaking(host: LabHost, first: string | Buffer, then: Buffer): Promise<void> {
  const script = `require('node:net').createServer((socket) => {
    socket.on('error', () => {});
    socket.write(Buffer.from('${Buffer.from(first).toString('hex')}', 'hex'));
    socket.once('data', () => socket.end(Buffer.from('${then.toString('hex')}', 'hex')));
  }).listen(${PORT}, () => console.log('listening'))`;
  const child = host.spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
}

/** Everything that comes of a run, by where it was. */
async function outputsOf(host: LabHost, line: [string, string[]], env = process.env): Promise<Map<string, Buffer>> {
  using folder = temporaryFolder();
  const files = { '--save': 'report.json', '--html': 'page.html', '--events': 'events.ndjson' };
  const options = Object.entries(files).flatMap(([option, name]) => [option, join(folder.path, name)]);
  const child = host.spawn(line[0], [...line[1], ...options], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  child.stdout?.on('data', (bytes: Buffer) => said.stdout.push(bytes));
  child.stderr?.on('data', (bytes: Buffer) => said.stderr.push(bytes));
  await once(child, 'close');
  return new Map([
    ['stdout', Buffer.concat(said.stdout)],
    ['stderr', Buffer.concat(said.stderr)],
    ...Object.values(files).map((name): [string, Buffer] => [name, readFileSync(join(folder.path, name))]),
  ]);
}

/** Where nothing could be measured standard error says why, and standard output nothing. */
function expectClean(outputs: ReadonlyMap<string, Buffer>): void {
  expect([...outputs].map(([name, bytes]) => [name, ...controlsIn(bytes)])).toEqual(
    [...outputs.keys()].map((name) => [name]),
  );
  const empty = [...outputs].filter(([, bytes]) => bytes.length === 0).map(([name]) => name);
  expect(empty.filter((name) => name !== 'stdout')).toEqual([]);
}

const asUser = (user: SshUser, args: readonly string[]): [string, string[]] => user.wrap(...commandLine(args, 'root'));

describe.skipIf(labUnavailable()).concurrent('a hostile server', () => {
  test('in what it greets with', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    await speaking(lab.hosts.server, `SSH-2.0-${ONE_LINE}\r\n`, Buffer.from(HOSTILE));
    const target = `${lab.addresses.server}:${PORT}`;
    const args = ['--idle-timeout', target, '--quick', '--max-idle', '2s', '-v'];
    const outputs = await outputsOf(lab.hosts.client, commandLine(args, 'root'));
    expectClean(outputs);
    expect(outputs.get('stderr')?.toString()).toContain('greeted with SSH-2.0-before?[2J');
    expect(outputs.get('report.json')?.toString()).toContain('SSH-2.0-before?[2J');
  });

  test.each([
    ['before its identification', `${ONE_LINE}\r\n`, Buffer.alloc(0)],
    ['in the reason for which it hangs up', 'SSH-2.0-x\r\n', disconnect(`${HOSTILE}\nbecause`)],
    ['in bytes that are no packet', 'SSH-2.0-x\r\n', Buffer.from(HOSTILE.repeat(50))],
  ])('in what it says to a login %s', async (_, first, then) => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    await speaking(lab.hosts.server, first, then);
    const args = ['--idle-timeout', `root@${lab.addresses.server}:${PORT}`, '--max-idle', '2s', '-v'];
    const env = { ...SUDO_BY_NOBODY, TMPDIR: user.scratch };
    const outputs = await outputsOf(lab.hosts.client, asUser(user, args), env);
    expectClean(outputs);
    expect(outputs.get('report.json')?.toString()).toContain('"skipped"');
  });

  test('in what it runs in place of a shell', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    using user = await sshUser(lab.hosts.client);
    const octal = [...Buffer.from(ONE_LINE)].map((byte) => `\\\\0${byte.toString(8).padStart(3, '0')}`).join('');
    const options = [...user.sshdOptions, `ForceCommand=printf '%b\\n' "${octal}"; printf '%b\\n' "${octal}" >&2`];
    using sshd = await startSshd(lab.hosts.server, PORT, options);
    user.knowHost(`[${lab.addresses.server}]:${PORT}`, sshd.hostKey.publicKey);
    const args = ['--idle-timeout', `root@${lab.addresses.server}:${PORT}`, '--max-idle', '2s', '-v'];
    const env = { ...SUDO_BY_NOBODY, TMPDIR: user.scratch };
    const outputs = await outputsOf(lab.hosts.client, asUser(user, args), env);
    expectClean(outputs);
    expect(outputs.get('stderr')?.toString()).toMatch(/it said: \?[^\n]*behind\./);
  });
});
