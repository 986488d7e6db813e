// What programs are given of the environment, on environments that were made up.

import { describe, expect, it } from 'vitest';
import { environmentOfUser, inEnglish, restrictEnvironment } from '../src/environment.ts';

describe('restrictEnvironment', () => {
  it('leaves who and where one is, and what ssh logs in with', () => {
    const kept = { PATH: '/bin', LC_TIME: 'de_DE', LANG: 'C', SUDO_UID: '1', SSH_AUTH_SOCK: '/s', KRB5CCNAME: 'x' };
    const env: NodeJS.ProcessEnv = {
      ...kept,
      LD_PRELOAD: '/tmp/x.so',
      NODE_OPTIONS: '--require x',
      BASH_ENV: 'x',
      IFS: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      PERL5LIB: 'x',
    };
    restrictEnvironment(env);
    expect(env).toEqual(kept);
  });
});

describe('environmentOfUser', () => {
  it('has home and names of the password database, and a shell that runs commands', () => {
    const env = environmentOfUser({ HOME: '/somewhere/else', USER: 'other', SHELL: '/usr/sbin/nologin', TERM: 'dumb' });
    expect(env.HOME).not.toBe('/somewhere/else');
    expect(env.USER).toBe(env.LOGNAME);
    expect(env.SHELL).not.toMatch(/nologin$/);
    expect(env.TERM).toBe('dumb');
  });
});

describe('inEnglish', () => {
  it('is over when the program has been started', () => {
    const env: NodeJS.ProcessEnv = { LC_ALL: 'de_DE.UTF-8' };
    const seen = inEnglish(env, () => ({ ...env }));
    expect(seen).toEqual({ LANG: 'C', LC_ALL: 'C' });
    expect(env).toEqual({ LC_ALL: 'de_DE.UTF-8' });
  });

  it('is over after a failure too', () => {
    const env: NodeJS.ProcessEnv = {};
    expect(() =>
      inEnglish(env, () => {
        throw new Error('no such program');
      }),
    ).toThrow('no such program');
    expect(env).toEqual({});
  });
});
