// netcheck explain and netcheck schema on the command line.

import { describe, expect, it } from 'vitest';
import { type Command, parseCommandLine, type Question, type ReportOutput } from '../src/cli/index.ts';

const parse = (...argv: string[]): Command => parseCommandLine(argv, '1.2.3');
const PLAIN: ReportOutput = {
  json: false,
  plain: false,
  color: true,
  verbosity: 'normal',
  savePath: null,
  htmlPath: null,
  redact: false,
};

describe('explain', () => {
  it.each<[string[], Question, Partial<ReportOutput>]>([
    [['explain', 'Write failed: Broken pipe'], { kind: 'words', words: ['Write failed: Broken pipe'] }, {}],
    [['explain', 'Write', 'failed:'], { kind: 'words', words: ['Write', 'failed:'] }, {}],
    [['explain', '-'], { kind: 'words', words: ['-'] }, {}],
    [['explain', 'report.json', '--json'], { kind: 'words', words: ['report.json'] }, { json: true }],
    [['explain', '--json', 'report.json'], { kind: 'words', words: ['report.json'] }, { json: true }],
    [['--json', 'explain', 'report.json'], { kind: 'words', words: ['report.json'] }, { json: true }],
    [['explain', '-v', 'x'], { kind: 'words', words: ['x'] }, { verbosity: 'verbose' }],
    [['explain', '--plain', 'x'], { kind: 'words', words: ['x'] }, { plain: true }],
    [['explain', '-q', 'x'], { kind: 'words', words: ['x'] }, { verbosity: 'quiet' }],
    [['explain', '--no-color', 'x'], { kind: 'words', words: ['x'] }, { color: false }],
    [['--no-color', 'explain', 'x'], { kind: 'words', words: ['x'] }, { color: false }],
    [['explain', '--', '--strange message'], { kind: 'words', words: ['--strange message'] }, {}],
    [
      ['explain', 'r.json', '--html', 'p.html', '--save', 's.json', '--redact'],
      { kind: 'words', words: ['r.json'] },
      { htmlPath: 'p.html', savePath: 's.json', redact: true },
    ],
    [['--html', 'p.html', 'explain', 'r.json'], { kind: 'words', words: ['r.json'] }, { htmlPath: 'p.html' }],
    [['explain', '--log', 'auth.log'], { kind: 'log', path: 'auth.log' }, {}],
    [['explain', '--log=-', '--json'], { kind: 'log', path: '-' }, { json: true }],
  ])('%j', (argv, question, output) => {
    expect(parse(...argv)).toEqual({ kind: 'explain', config: 'usual', question, output: { ...PLAIN, ...output } });
  });

  it.each<[string[], string]>([
    [['explain'], 'say what to explain: a message in quotes, a saved report, - or --log <file>'],
    [['explain', ' '], 'say what to explain: a message in quotes, a saved report, - or --log <file>'],
    [['explain', '--log', 'a', 'b'], '--log has its own file; leave the message out'],
    [['explain', '--log', 'a', '--redact'], '--save, --html and --redact are for saved reports, not for logs'],
    [['--ping', 'h', 'explain', 'x'], 'explain measures nothing; run it without checks'],
    [['explain', '--log'], "option '--log <file>' argument missing"],
    [['explain', '--ping', 'h'], "unknown option '--ping'"],
  ])('%j is refused', (argv, message) => {
    expect(parse(...argv)).toEqual({ kind: 'usage-error', message });
  });

  it('has a help of its own, and stands in that of netcheck', () => {
    expect(parse('explain', '--help')).toMatchObject({ kind: 'print', text: expect.stringContaining('--log <file>') });
    expect(parse('--help')).toMatchObject({ text: expect.stringMatching(/\n {2}explain .*[\s\S]*\n {2}schema /) });
  });
});

it('schema', () => {
  expect(parse('schema')).toEqual({ kind: 'schema' });
});
