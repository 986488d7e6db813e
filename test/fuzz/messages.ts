// What ssh and sshd say: pasted, and in logs of every format.

import { readFileSync } from 'node:fs';
import {
  answer,
  CATALOGUE_FOR_PASTED,
  LineSplitter,
  LogReader,
  logJson,
  notText,
  readingOf,
  recognise,
  renderAnswer,
  renderLog,
} from '../../src/explain/index.ts';
import { LogClock } from '../../src/explain/log-clock.ts';
import { parseLine } from '../../src/explain/log-line.ts';
import { asText, type FuzzTarget, isPrintable, text } from './target.ts';

const LOGS = new URL('../../fixtures/logs/', import.meta.url);
const NOW_MS = Date.UTC(2026, 0, 2);
const FOR_PEOPLE = { color: false, verbosity: 'verbose' } as const;

/** As many lines of a real log as an input has room for. */
function beginning(name: string): Uint8Array {
  return text(readFileSync(new URL(name, LOGS), 'utf8').slice(0, 3000));
}

/** The same drop in every format that is known. */
const DROP = 'Read error from remote host 10.0.0.5 port 50000: Connection reset by peer';
const LINES = [
  `Jan  2 03:04:05 host sshd[42]: Accepted publickey for alice from 10.0.0.5 port 50000 ssh2\nJan  2 03:09:05 host sshd[42]: ${DROP}\n`,
  `2026-01-02T03:04:05.123456+01:00 host sshd-session[42]: ${DROP}\n`,
  `Fri 2026-01-02 03:04:05 UTC host sshd[42]: ${DROP}\n`,
  `1767323045.123 host sshd[42]: ${DROP}\n`,
  `[03:04:05] ${DROP}\n[02:04:05] ${DROP}\n`,
  `Dec 31 23:59:59 host sshd[42]: ${DROP}\nJan  1 00:00:01 host sshd[42]: ${DROP}\nFeb 29 00:00:00 host sshd[42]: ${DROP}\n`,
  `-- Boot 1234 --\ndebug1: Connecting to h [10.0.0.5] port 22.\r\ndebug1: Authenticated to h ([10.0.0.5]:22).\ndebug1: Exit status 0\nTransferred: sent 1, received 2 bytes, in 3.5 seconds\nclient_loop: send disconnect: Broken pipe\r\n`,
  '{"__REALTIME_TIMESTAMP":"1767323045123456","SYSLOG_IDENTIFIER":"sshd","_PID":"42","MESSAGE":"Connection closed by 10.0.0.5 port 50000"}\n',
].map(text);

const DICTIONARY = [
  'sshd[42]: ',
  'debug1: ',
  ' from 10.0.0.5 port 50000',
  'Connection reset by peer',
  'client_loop: send disconnect: Broken pipe',
  'Timeout, client not responding',
  'Accepted password for bob',
  'session closed for user',
  '9999-99-99T99:99:99',
  'Feb 30 25:61:61 ',
  '\n',
  '\x1b[31m',
  '\u202e',
  'a'.repeat(200),
  ' '.repeat(200),
];

function lines(bytes: Uint8Array): void {
  const clock = new LogClock(NOW_MS);
  for (const line of asText(bytes).split('\n')) {
    const { stamp, time, pid } = parseLine(line);
    if (time.length > line.length) throw new Error('a time that is not in the line');
    if (pid !== null && !Number.isFinite(pid)) throw new Error(`pid ${pid}`);
    if (stamp === null) continue;
    const { ms } = clock.at(stamp);
    if (!Number.isFinite(ms)) throw new Error(`a moment of ${ms} ms, by ${JSON.stringify(stamp)}`);
  }
}

function log(bytes: Uint8Array): void {
  const reader = new LogReader(NOW_MS);
  const splitter = new LineSplitter((line, isCut) => reader.read(line, isCut));
  // In two pieces: what lies across a border is read the same.
  const half = bytes.length >> 1;
  notText(Buffer.from(bytes));
  splitter.push(Buffer.from(bytes.subarray(0, half)));
  splitter.push(Buffer.from(bytes.subarray(half)));
  splitter.end();
  const reading = readingOf(reader.finish());
  isPrintable(renderLog(reading, asText(bytes.subarray(0, 100)), FOR_PEOPLE));
  JSON.stringify(logJson(reading));
}

function pasted(bytes: Uint8Array): void {
  const found = recognise(asText(bytes));
  const told = answer(found);
  isPrintable(renderAnswer(told, FOR_PEOPLE));
  const most = bytes.length * 2 + 100;
  if (found.recognised.length > most) throw new Error(`${found.recognised.length} messages`);
}

export const MESSAGES: readonly FuzzTarget[] = [
  { name: 'log lines and clocks', seeds: LINES, dictionary: DICTIONARY, share: 0.5, run: lines },
  {
    name: 'whole logs',
    seeds: [...LINES, beginning('idle-nat/auth.log'), beginning('idle-nat/ssh.log'), beginning('chroot/ssh.log')],
    dictionary: DICTIONARY,
    share: 0.05,
    run: log,
  },
  {
    name: 'pasted messages',
    seeds: CATALOGUE_FOR_PASTED.flatMap(({ wordings }) => wordings.map(({ says }) => text(says))),
    dictionary: DICTIONARY,
    share: 0.1,
    run: pasted,
  },
];
