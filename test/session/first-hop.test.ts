// Where the connection of a login goes, by what ssh -G prints.

import { describe, expect, test } from 'vitest';
import { firstHop, parseJump, type SettingsOf } from '../../src/session/first-hop.ts';
import { parseClientSettings } from '../../src/ssh/index.ts';

type Printed = Readonly<Record<string, string>>;

function resolve(printed: Printed, destination = 'me@there') {
  const settingsOf: SettingsOf = async (login) => {
    const text = printed[login.destination];
    return text === undefined
      ? { ok: false, because: 'unheard of', hint: 'none' }
      : { ok: true, settings: parseClientSettings(text) };
  };
  return firstHop({ destination, port: null }, settingsOf);
}

describe('the first hop', () => {
  test('is the host itself, as its configuration names it', async () => {
    const printed = {
      'me@there': 'host there\nuser me\nhostname 192.0.2.7\nport 2022\nproxycommand none\nbindaddress 192.0.2.1\n',
    };
    expect(await resolve(printed)).toEqual({
      ok: true,
      hop: {
        login: { destination: 'me@there', port: null },
        hostname: '192.0.2.7',
        port: 2022,
        wayTo: null,
        from: { bindAddress: '192.0.2.1', bindInterface: null },
      },
    });
  });

  test('is the jump host before the jump host', async () => {
    const printed = {
      'me@there': 'hostname inner\nport 22\nproxyjump you@middle:2200,other\n',
      'you@middle': 'hostname middle.example.org\nport 2200\nproxyjump outer\n',
      outer: 'hostname 198.51.100.9\nport 22\n',
    };
    expect(await resolve(printed)).toMatchObject({
      ok: true,
      hop: { login: { destination: 'outer' }, hostname: '198.51.100.9', wayTo: 'me@there' },
    });
  });

  test('is out of reach behind a ProxyCommand', async () => {
    const found = await resolve({ 'me@there': 'hostname a\nport 22\nproxycommand cloud tunnel %h\n' });
    expect(found).toMatchObject({ ok: false, because: expect.stringMatching(/ProxyCommand/) });
  });

  test('is not looked for in circles, nor where ssh prints nothing', async () => {
    const found = await resolve({ 'me@there': 'hostname a\nport 22\nproxyjump me@there\n' });
    expect(found).toMatchObject({ ok: false, because: expect.stringMatching(/could not be followed/) });
    expect(await resolve({})).toEqual({ ok: false, because: 'unheard of', hint: 'none' });
    expect(await resolve({ 'me@there': '' })).toMatchObject({ ok: false });
  });

  test.each([
    ['bastion', 'bastion', null],
    ['me@bastion:2200', 'me@bastion', 2200],
    ['ssh://me@bastion:2200', 'me@bastion', 2200],
    ['me@[2001:db8::5]:22,second', 'me@2001:db8::5', 22],
  ])('of the list %s', (list, destination, port) => {
    expect(parseJump(list)).toEqual({ destination, port });
  });

  test('is no option', () => {
    expect(parseJump('-oProxyCommand=x')).toBeNull();
  });
});
