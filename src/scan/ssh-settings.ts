// The SSH settings in force for the hosts that are measured. Whatever can't be read is unknown, and hinders nothing else.

import type { Finding } from '../evidence.ts';
import type { Plan, SettingsTarget } from '../plan/index.ts';
import { chrootProblem, parseClientSettings, parseServerSettings } from '../ssh/index.ts';
import type { Instruments, Opened } from './instruments.ts';

export type Settings = Extract<Finding, { kind: 'ssh-client-settings' | 'ssh-server-settings' }>;

/** In the order of the plan. */
export async function scanSshSettings(
  { settingsOf }: Plan,
  instruments: Instruments,
  signal: AbortSignal,
): Promise<Settings[]> {
  const found = await Promise.all(
    settingsOf.map(async (target) => [
      tellClient(target, await instruments.clientSettings({ destination: target.destination, port: null }, signal)),
      ...(target.ownAddress === null ? [] : [tellServer(target, instruments)]),
    ]),
  );
  return found.flat();
}

/** Settings alone answer no question: those of hosts of which nothing was measured are left out. */
export function besideWhatWasSeen(settings: readonly Settings[], seen: readonly Finding[]): Settings[] {
  const measured = new Set(seen.flatMap((finding) => ('host' in finding ? [finding.host] : [])));
  return settings.filter(({ host }) => measured.has(host));
}

function tellClient({ host }: SettingsTarget, printed: Opened<string>): Settings {
  const unreadBecause = printed.ok ? null : printed.because;
  // An empty dump is a dump that says nothing: everything in it is unknown.
  const { bindAddress: _, bindInterface: __, ...settings } = parseClientSettings(printed.ok ? printed.value : '');
  const hasProxyCommand = printed.ok ? settings.hasProxyCommand : null;
  return {
    kind: 'ssh-client-settings',
    host,
    unreadBecause,
    ...settings,
    channelTimeout: settings.channelTimeout === null ? null : [...settings.channelTimeout],
    hasProxyCommand,
  };
}

function tellServer(target: SettingsTarget, { serverSettings, chrootPath }: Instruments): Settings {
  const printed = serverSettings(target);
  const settings = parseServerSettings(printed.ok ? printed.value.dump : '');
  const { chrootDirectory, channelTimeout } = settings;
  const components = chrootDirectory === null || !printed.ok ? null : chrootPath(chrootDirectory, printed.value.user);
  return {
    kind: 'ssh-server-settings',
    host: target.host,
    user: printed.ok ? printed.value.user : null,
    unreadBecause: printed.ok ? null : printed.because,
    ...settings,
    channelTimeout: channelTimeout === null ? null : [...channelTimeout],
    chrootPath:
      components?.map((component) => ({
        path: component.path,
        ownerUid: component.ownerUid,
        mode: component.mode.toString(8),
        problem: chrootProblem(component),
      })) ?? null,
  };
}
