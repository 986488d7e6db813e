// One keepalived (VRRP, RFC 5798) on a lab host: in the foreground, speaking to this process alone, with files of its own.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ipv4 } from '../address/ipv4.ts';
import { LabUnavailable } from './availability.ts';
import { findCommand } from './command.ts';
import type { LabHost } from './lab.ts';
import { letOwnerEnd } from './service.ts';

export interface VrrpRouter {
  readonly interface: string;
  /** 1 to 255; the last byte of the virtual MAC. */
  readonly virtualRouterId: number;
  readonly virtualAddress: Ipv4;
  /** Whether the virtual address is at the virtual MAC, on a macvlan of its own, or at the interface's own MAC. */
  readonly hasVirtualMac: boolean;
  /** 1 to 254; the highest that is heard is master. */
  readonly priority: number;
}

export interface Keepalived {
  /** Gives the virtual address up, tells the others so, and ends. */
  resign(): void;
  /** What it said last, once it has ended; null while it runs. */
  lastWords(): string | null;
}

/** Three missed advertisements and the backup takes over: half a second from the start to a master. */
const ADVERTISEMENT_SECONDS = 0.1;

/** Its files in `folder` are read at the start only; when it has joined the others, they may go. */
export function startKeepalived(host: LabHost, router: VrrpRouter, folder: string): Keepalived {
  if (findCommand('keepalived') === null) {
    throw new LabUnavailable('This lab needs keepalived, which is not installed: apt-get install keepalived');
  }
  const file = (suffix: string) => join(folder, `${host.name}.${suffix}`);
  writeFileSync(file('conf'), configuration(host.name, router));
  // In the foreground, VRRP only, no syslog, log to stderr; pid files that no other keepalived knows.
  const args = ['-n', '-P', '-G', '-l', '-D', '-f', file('conf'), '-p', file('pid'), '-r', file('vrrp-pid')];
  const child = host.spawn('keepalived', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  child.once('error', (error) => {
    said += error.message;
  });
  letOwnerEnd(child);
  return {
    resign: () => void child.kill('SIGTERM'),
    lastWords: () => (child.exitCode === null && child.signalCode === null ? null : said.trim()),
  };
}

function configuration(name: string, router: VrrpRouter): string {
  return `
    global_defs {
      router_id ${name}
      vrrp_version 3
    }
    vrrp_instance lab {
      state BACKUP
      interface ${router.interface}
      virtual_router_id ${router.virtualRouterId}
      priority ${router.priority}
      advert_int ${ADVERTISEMENT_SECONDS}
      ${router.hasVirtualMac ? 'use_vmac' : ''}
      virtual_ipaddress { ${router.virtualAddress}/24 }
    }
  `;
}
