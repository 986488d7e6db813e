// A time that products have by default, measured on a real kernel: all of them are named, as what it looks like. The
// shortest in the table is a minute, and a FIN is believed at the second moment only: two minutes.

import { describe, expect, test } from 'vitest';
import { natPath } from '../../src/lab/index.ts';
import { labUnavailable, netcheck } from '../support/lab-run.ts';

const MOST_MS = 240_000;

describe.skipIf(labUnavailable())('consistent with', () => {
  test('a load balancer and a web server, where the far end closes after 60 s', { timeout: MOST_MS }, async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent', serverClosesAfterSeconds: 60 });
    const target = `${lab.addresses.server}:${lab.ports.close}`;
    const args = ['--idle-timeout', target, '--max-idle', '64s'];
    const { report } = await netcheck(lab.hosts.client, args, 'user', { timeoutMs: MOST_MS });
    const cause = report.causes.find(({ cause: kind }) => kind === 'server-closes-idle');
    expect(cause?.verdict).toBe('confirmed');
    expect(cause?.consistentWith?.map(({ id, seconds }) => ({ id, seconds }))).toEqual([
      { id: 'aws-clb', seconds: 60 },
      { id: 'nginx-http', seconds: 60 },
    ]);
    expect(cause?.summary).toMatch(/ Consistent with: AWS Classic Load Balancer; nginx http/);
    expect(cause?.advice.join()).toMatch(/keepalives without payload do not refresh it/);
  });
});
