// --listen: what the wire says by itself while we keep quiet.

import { Eavesdropper, type Link, stopListening } from '../arp-lite/index.ts';
import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { Finding } from '../evidence.ts';
import type { ListenStep } from '../plan/index.ts';
import { toSeconds } from './arp-evidence.ts';
import { tellHeard } from './heard.ts';
import { seldom } from './seldom.ts';

export async function scanListen(
  step: ListenStep,
  link: Link,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> {
  const ear = new Eavesdropper(step.addresses, step.ownMacs, [...step.ownAddresses.keys()]);
  const failed = new AbortController();
  const tellFrames = seldom(clock, (frames: number) => tell({ event: 'frames-heard', frames }));
  let linkError: string | null = null;
  const startedAt = clock.now();
  ear.start(startedAt);
  link.listen(
    (frame, vlanId) => {
      ear.hear(frame, vlanId, clock.now());
      tellFrames(ear.frames);
    },
    (error) => {
      linkError ??= 'code' in error ? String(error.code) : error.message;
      failed.abort();
    },
  );
  await clock.sleep(step.seconds * 1000, AbortSignal.any([signal, failed.signal]));
  stopListening(link);
  const findings = tellHeard(step, ear, {
    interface: step.interfaceName,
    source: 'listening',
    own: step.ownAddresses,
    unanswered: step.unanswered,
    listenedSeconds: toSeconds(clock.now() - startedAt),
    kernelDrops: link.drops(),
    complete: !signal.aborted && linkError === null,
  });
  if (linkError === null) return findings;
  const because = `interface ${step.interfaceName} failed while listening (${linkError})`;
  const hint = `look at the interface (ip link show ${step.interfaceName}) and repeat`;
  return [...findings, { kind: 'skipped', check: typedCheck(step), target: step.target, because, hint }];
}

/** Addresses to listen for are named by --dup-ip. */
export function typedCheck({ addresses }: ListenStep): 'dup-ip' | 'listen' {
  return addresses === null ? 'listen' : 'dup-ip';
}
