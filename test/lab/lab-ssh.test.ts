// Real sshds on the LANs for duplicate addresses: which host key each MAC leads to.

import { describe, expect, test } from 'vitest';
import type { Ipv4 } from '../../src/address/ipv4.ts';
import type { Mac } from '../../src/address/mac.ts';
import { duplicateLan, type LabHost, twoLegLan } from '../../src/lab/index.ts';
import { labUnavailable } from '../support/lab-run.ts';
import { startSshd } from '../support/sshd.ts';

describe.skipIf(labUnavailable())('two machines with an sshd each on one address', () => {
  test.concurrent('show two host keys', async () => {
    await using lan = await duplicateLan({ acceptsSsh: false });
    const { hosts, addresses, macs } = lan;
    using first = await startSshd(hosts.a, 22);
    using second = await startSshd(hosts.b, 22);
    expect(await hostKeyVia(hosts.scanner, addresses.a, macs.a)).toBe(first.hostKey.publicKey);
    expect(await hostKeyVia(hosts.scanner, addresses.a, macs.b)).toBe(second.hostKey.publicKey);
    expect(first.hostKey.publicKey).not.toBe(second.hostKey.publicKey);
  });

  test.concurrent('show the same host key when one is a clone of the other', async () => {
    await using lan = await duplicateLan({ acceptsSsh: false });
    const { hosts, addresses, macs } = lan;
    using original = await startSshd(hosts.a, 22);
    using clone = await startSshd(hosts.b, 22, [], original.hostKey);
    expect(await hostKeyVia(hosts.scanner, addresses.a, macs.a)).toBe(original.hostKey.publicKey);
    expect(await hostKeyVia(hosts.scanner, addresses.a, macs.b)).toBe(original.hostKey.publicKey);
    // Each of them was reached once: the neighbour entry decided, not chance.
    expect([original, clone].map((sshd) => sshd.log().match(/Connection from/g)?.length)).toEqual([1, 1]);
  });
});

describe.skipIf(labUnavailable())('a host with two legs in one LAN', () => {
  test.concurrent('shows its one host key on either leg, for either address', async () => {
    await using lan = await twoLegLan();
    const { scanner, twolegs } = lan.hosts;
    using sshd = await startSshd(twolegs, 22);
    for (const mac of [lan.macs.twolegs, lan.secondLeg.mac]) {
      for (const address of [lan.addresses.twolegs, lan.secondLeg.address ?? lan.emptyAddress]) {
        expect(await hostKeyVia(scanner, address, mac)).toBe(sshd.hostKey.publicKey);
      }
    }
  });
});

/** The key that the machine with this MAC shows when spoken to under this address. */
async function hostKeyVia(host: LabHost, address: Ipv4, mac: Mac): Promise<string> {
  await host.run('ip', ['neigh', 'replace', address, 'lladdr', mac, 'dev', 'eth0', 'nud', 'permanent']);
  const { stdout } = await host.run('ssh-keyscan', ['-T', '5', '-t', 'ed25519', address]);
  return stdout.trim().slice(`${address} `.length);
}
