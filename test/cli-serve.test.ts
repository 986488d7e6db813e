// The command line of serve: its --listen is a port, the checks' own a duration.

import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../src/cli/index.ts';

const parse = (words: string) => parseCommandLine(words.split(' '), '1.2.3');
const COMMAND = { kind: 'serve', port: 7022, bindAddress: null, verbose: false } as const;

describe('serve', () => {
  it.each([
    ['serve --listen 7022', COMMAND],
    ['serve --listen=7022 -v', { ...COMMAND, verbose: true }],
    ['serve --listen 7022 --bind ::1', { ...COMMAND, bindAddress: '::1' }],
  ])('%s', (words, command) => {
    expect(parse(words)).toEqual(command);
  });

  it.each([
    ['serve', /^say on which port: netcheck serve --listen 7022$/],
    ['serve --listne 7022', /^unknown option '--listne' \(Did you mean --listen\?\)$/],
    ['serve --listen', /argument missing/],
    ['serve --listen 10m', /Write a port from 1 to 65535/],
    ['serve --listen 0', /Write a port from 1 to 65535/],
    ['serve --listen 7022 more', /too many arguments/],
    ['serve --listen 7022 --ping h', /^unknown option '--ping'/],
    ['-v serve --listen 7022', /^serve takes no other options/],
  ])('%s', (words, message) => {
    expect(parse(words)).toMatchObject({ kind: 'usage-error', message: expect.stringMatching(message) });
  });

  it('leaves the --listen of the checks what it is', () => {
    expect(parse('--listen 10m')).toMatchObject({ kind: 'scan', options: { listenSeconds: 600 } });
    expect(parse('--ping serve --listen 10m')).toMatchObject({ kind: 'scan', options: { listenSeconds: 600 } });
  });

  it('has a help of its own', () => {
    expect(parse('serve --help')).toMatchObject({ kind: 'print', text: expect.stringContaining('--bind <address>') });
  });
});
