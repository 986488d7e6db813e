// The vocabulary: everything that can be seen of a network, as one union. What was not measured is null or absent, never 0.
// The schemas are the published contract (schema/netcheck-1.schema.json is made from them); most rooms import types only.

import { z } from 'zod';
import { arpClaims, arpSweep, type claim, claimantProof } from './evidence/arp.ts';
import { echo, echoSweep } from './evidence/echo.ts';
import { kernelKeepalive, route, skipped, udpPorts } from './evidence/machine.ts';
import { dscpComparison, path, pathMtu } from './evidence/path.ts';
import { sshClientSettings, sshServerKeepalive, sshServerSettings } from './evidence/ssh.ts';
import { idleEnforcer, idleTimeout, keepaliveTrial, tcpConnect } from './evidence/tcp.ts';

export type { Check } from './evidence/fields.ts';

export const evidenceSchema = z.discriminatedUnion('kind', [
  arpClaims,
  arpSweep,
  claimantProof,
  echo,
  path,
  pathMtu,
  dscpComparison,
  echoSweep,
  tcpConnect,
  idleTimeout,
  idleEnforcer,
  keepaliveTrial,
  sshServerKeepalive,
  route,
  kernelKeepalive,
  sshClientSettings,
  sshServerSettings,
  udpPorts,
  skipped,
]);

export type Evidence = z.infer<typeof evidenceSchema>;
export type EvidenceKind = Evidence['kind'];
/** The evidence of one kind, e.g. `EvidenceOf<'echo'>`. */
export type EvidenceOf<K extends EvidenceKind> = Extract<Evidence, { kind: K }>;
export type ArpClaim = z.infer<typeof claim>;
export type InventoryRow = EvidenceOf<'arp-sweep'>['inventory'][number];

type WithoutId<E> = E extends Evidence ? Omit<E, 'id'> : never;
/** Evidence before it is given its id. */
export type Finding = WithoutId<Evidence>;
