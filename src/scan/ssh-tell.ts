// What sessions showed, as evidence: alike whether there were several or one.

import type { EvidenceOf, Finding } from '../evidence.ts';
import type { IdleTimeoutStep } from '../plan/index.ts';
import type { ServerKeepalive } from '../session/index.ts';
import { sshIdentification } from '../ssh/index.ts';

type Idle = Omit<EvidenceOf<'idle-timeout'>, 'id'>;

export function tellOpen(
  { host, port }: IdleTimeoutStep,
  address: string,
  connectMs: number,
  greeting: Uint8Array,
): Finding {
  const outcome = { outcome: 'open', code: null } as const;
  return { kind: 'tcp-connect', host, address, port, ...outcome, connectMs, greeting: sshIdentification(greeting) };
}

export function tellKeepalive(
  { host, port }: IdleTimeoutStep,
  address: string,
  keepalive: ServerKeepalive | null,
): Finding[] {
  return keepalive === null ? [] : [{ kind: 'ssh-server-keepalive', host, address, port, ...keepalive }];
}

/** What nobody died of may still lie beyond the server's own keepalives. */
export function within(idle: Idle, keepalive: ServerKeepalive | null): Idle {
  const isHidden = keepalive !== null && idle.expiredSeconds === null;
  return {
    ...idle,
    limitedTo: isHidden ? { seconds: keepalive.intervalSeconds, because: 'ssh-server-keepalive' } : ofQuick(idle),
  };
}

/** Sessions that have logged in know no other limit. */
function ofQuick({
  limitedTo,
}: Pick<EvidenceOf<'idle-timeout'>, 'limitedTo'>): EvidenceOf<'idle-timeout'>['limitedTo'] {
  return limitedTo?.because === 'quick' ? limitedTo : null;
}
