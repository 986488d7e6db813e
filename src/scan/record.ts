// Gives findings their ids, at birth and once: causes point at evidence by them.

import type { Evidence, EvidenceKind, Finding } from '../evidence.ts';

const ID_PREFIX: Readonly<Record<EvidenceKind, string>> = {
  'arp-claims': 'arp',
  'arp-sweep': 'sweep',
  'claimant-proof': 'proof',
  echo: 'echo',
  path: 'path',
  'path-mtu': 'mtu',
  'dscp-comparison': 'dscp',
  'echo-sweep': 'pings',
  'tcp-connect': 'tcp',
  'idle-timeout': 'idle',
  'idle-enforcer': 'hop',
  'keepalive-trial': 'fix',
  'ssh-server-keepalive': 'alive',
  route: 'route',
  'kernel-keepalive': 'krn',
  'ssh-client-settings': 'ssh',
  'ssh-server-settings': 'sshd',
  'udp-ports': 'udp',
  skipped: 'skip',
};

/** The kind's short name and a number, counted from 1 in the order given. */
export function withIds(findings: readonly Finding[]): Evidence[] {
  const counts = new Map<EvidenceKind, number>();
  return findings.map((finding) => {
    const number = (counts.get(finding.kind) ?? 0) + 1;
    counts.set(finding.kind, number);
    return { id: `${ID_PREFIX[finding.kind]}-${number}`, ...finding };
  });
}
