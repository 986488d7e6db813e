// Which SSH settings are read: of every host that is measured, since they say what the network's doing means for a session.

import type { HostFacts } from '../host.ts';
import type { SettingsTarget, Step } from './step.ts';

export function planSshSettings(steps: readonly Step[], facts: HostFacts): SettingsTarget[] {
  const destinations = new Map<string, string>();
  const addresses = new Map<string, string>();
  for (const step of steps) {
    if (step.check === 'ping' || step.check === 'path' || step.check === 'idle-timeout') {
      if ('address' in step && step.address !== undefined) addresses.set(step.host, step.address);
      destinations.set(step.host, destinations.get(step.host) ?? step.host);
    }
    // Who logs in, the first of them, may decide what a Match block sets.
    if (step.check === 'ssh-idle-timeout' && (destinations.get(step.host) ?? step.host) === step.host) {
      destinations.set(step.host, step.login.destination);
    }
  }
  return [...destinations].map(([host, destination]) => {
    return { host, destination, ownAddress: ownAddress(addresses.get(host) ?? host, facts) };
  });
}

/** Of a name that is resolved only when root has been given up it can't be told, and without root sshd tells nothing. */
function ownAddress(host: string, { interfaces }: HostFacts): string | null {
  if (host === 'localhost' || /^127\./.test(host)) return '127.0.0.1';
  if (host === '::1') return host;
  return interfaces.some(({ addresses }) => addresses.some(({ ip }) => ip === host)) ? host : null;
}

/** In a few words, for the plan that --dry-run prints. */
export function describeSettings({ destination, ownAddress }: SettingsTarget): string {
  return `read the SSH settings in force for ${destination}: ssh -G${ownAddress === null ? '' : ', sshd -T (with root)'}`;
}
