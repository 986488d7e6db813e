// What a survey of the far side says, whatever its profiles and files hold, and that a real shell can take it.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSurvey, SURVEY } from '../../src/session/survey.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('a survey', () => {
  test('is read past what profiles say and what files hold', () => {
    const text = [
      'Welcome to this host',
      'netcheck-user deploy',
      'netcheck-shell /bin/bash',
      'netcheck-tmout 600\r',
      'netcheck-file /etc/ssh/sshd_config',
      '|Include /etc/ssh/sshd_config.d/*.conf',
      '|netcheck-tmout 1',
      'netcheck-closed /etc/ssh/sshd_config.d/50-site.conf',
      'netcheck-file /etc/ssh/sshd_config.d/60-more.conf',
      '|ClientAliveInterval 60',
    ].join('\n');
    expect(parseSurvey(text)).toEqual({
      isCut: false,
      user: 'deploy',
      shell: '/bin/bash',
      tmoutSeconds: 600,
      dump: null,
      files: [
        { path: '/etc/ssh/sshd_config', text: 'Include /etc/ssh/sshd_config.d/*.conf\nnetcheck-tmout 1' },
        { path: '/etc/ssh/sshd_config.d/60-more.conf', text: 'ClientAliveInterval 60' },
      ],
      closed: ['/etc/ssh/sshd_config.d/50-site.conf'],
    });
    expect(parseSurvey('netcheck-sshd\n|port 22\n|tcpkeepalive yes\n').dump).toBe('port 22\ntcpkeepalive yes');
  });

  test('knows nothing of what was not told, and takes anything', () => {
    expect(parseSurvey('')).toMatchObject({ user: null, shell: null, tmoutSeconds: null, dump: null, files: [] });
    expect(parseSurvey('netcheck-tmout abc\n').tmoutSeconds).toBeNull();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.stringify(parseSurvey(`netcheck-user ${text}`).user ?? '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  test.each([
    ['bash', 'TMOUT=7', 7],
    ['bash', 'true', 0],
    ['sh', 'exit 3', null],
  ])('by a login shell %s whose profile says %j', (shell, profile, tmoutSeconds) => {
    using folder = temporaryFolder();
    mkdirSync(`${folder.path}/home`);
    for (const name of ['.bash_profile', '.profile']) writeFileSync(`${folder.path}/home/${name}`, `${profile}\n`);
    const path = spawnSync('sh', ['-c', `command -v ${shell}`], { encoding: 'utf8' }).stdout.trim();
    const env = {
      PATH: process.env.PATH,
      HOME: `${folder.path}/home`,
      SHELL: path,
      SSH_CONNECTION: '127.0.0.1 5 127.0.0.1 22',
    };
    const { stdout, status } = spawnSync('sh', ['-c', SURVEY], { env, encoding: 'utf8' });
    expect(status).toBe(0);
    const survey = parseSurvey(stdout);
    expect(survey).toMatchObject({ shell: path, tmoutSeconds });
    expect(survey.user).not.toBeNull();
  });
});
