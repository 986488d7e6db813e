// From which address ssh connects where its configuration says so (BindAddress, BindInterface; ssh_config(5)): we connect in
// its place, and another one might take another way.

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { FirstHop } from './first-hop.ts';
import type { Refusal } from './refusal.ts';

/** null: whichever the routing table chooses. */
export type SourceAddress = { readonly ok: true; readonly address: string | null } | ({ readonly ok: false } & Refusal);

/** As ssh chooses it for a connection to `peer`, an IP address: BindAddress counts before BindInterface. */
export async function sourceAddress({ from, login }: FirstHop, peer: string): Promise<SourceAddress> {
  const { bindAddress, bindInterface } = from;
  const version = isIP(peer);
  const refused = (setting: string): SourceAddress => ({
    ok: false,
    because: `${setting} in the configuration of ssh names no IPv${version} address to connect to ${peer} from`,
    hint: `see: ssh -G ${login.destination}`,
  });
  if (bindAddress !== null) {
    if (isIP(bindAddress) !== 0) {
      return isIP(bindAddress) === version ? { ok: true, address: bindAddress } : refused(`BindAddress ${bindAddress}`);
    }
    const found = await lookup(bindAddress, { family: version }).catch(() => null);
    return found === null ? refused(`BindAddress ${bindAddress}`) : { ok: true, address: found.address };
  }
  if (bindInterface === null) return { ok: true, address: null };
  const own = networkInterfaces()[bindInterface]?.find((each) => isUsable(each, version));
  return own === undefined ? refused(`BindInterface ${bindInterface}`) : { ok: true, address: own.address };
}

/** ssh takes neither a loopback nor a link-local address so. */
function isUsable({ family, address, internal }: NetworkInterfaceInfo, version: number): boolean {
  return family === `IPv${version}` && !internal && !/^fe[89ab]/i.test(address);
}
