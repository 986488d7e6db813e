// LANs on which a kernel answers ARP for whole blocks of addresses: it takes each address of a local route for its own.
import { quietLan } from '../../dist/lab/index.js';

export const WIDE = {
  network: '10.9.0.0/16',
  /** What netcheck asks of that network: neither its own nor its broadcast address. */
  range: '10.9.0.1-10.9.255.254',
  /** 10.9.128.0 to 10.9.255.254. */
  answering: 32_767,
  duplicates: 256,
  isDuplicate: (address) => address.startsWith('10.9.200.'),
};

export const NARROW = { network: '10.8.0.0/24' };

/** Half of a /16 answers, and a second station answers for 256 addresses of it; half of a /24 answers. */
export async function sweepLan() {
  const lan = await quietLan();
  try {
    const { scanner, honest, a } = lan.hosts;
    await ip(scanner, 'address add 10.9.0.1/16 dev eth0');
    await ip(honest, 'route add local 10.9.128.0/17 dev lo');
    await ip(a, 'route add local 10.9.200.0/24 dev lo');
    await ip(scanner, 'address add 10.8.0.1/24 dev eth0');
    await ip(honest, 'route add local 10.8.0.128/25 dev lo');
    return lan;
  } catch (error) {
    await lan.dispose();
    throw error;
  }
}

async function ip(host, line) {
  const { exitCode, stderr } = await host.run('ip', line.split(' '));
  if (exitCode !== 0) throw new Error(`ip ${line}: ${stderr.trim()}`);
}
