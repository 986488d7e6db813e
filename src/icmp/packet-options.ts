// Hop limit, Don't Fragment and DSCP of single packets, by the options of the socket that sends them (ip(7), ipv6(7)).

import type { IpVersion } from './packet.ts';
import type { SendOptions } from './socket.ts';

type SetOption = (level: number, option: number, value: number) => void;

// Numbers of the Linux user-space interface. The values of *_MTU_DISCOVER: 1 is the default, 3 sets Don't Fragment, goes by
// the interface's MTU alone and sends what the kernel believes to be too large for the path.
const IP = { level: 0, hopLimit: 2, trafficClass: 1, mtuDiscover: 10, dontFragment: null } as const;
const IPV6 = { level: 41, hopLimit: 16, trafficClass: 67, mtuDiscover: 23, dontFragment: 62 } as const;
const DISCOVER_AS_USUAL = 1;
const DISCOVER_BY_PROBING = 3;
/** As a hop limit: the system's own. */
const DEFAULT_HOPS = -1;

/** Makes the socket's options those of the next packet. Only what changes is set; a new socket has the defaults. */
export function packetOptions(version: IpVersion, setOption: SetOption): (options: SendOptions) => void {
  const names = version === 4 ? IP : IPV6;
  const current = { hopLimit: DEFAULT_HOPS, dscp: 0, dontFragment: false };
  return ({ hopLimit = DEFAULT_HOPS, dscp = 0, dontFragment = false }) => {
    if (hopLimit !== current.hopLimit) setOption(names.level, names.hopLimit, hopLimit);
    // Two more bits belong to congestion notification (RFC 3168).
    if (dscp !== current.dscp) setOption(names.level, names.trafficClass, dscp << 2);
    if (dontFragment !== current.dontFragment) {
      setOption(names.level, names.mtuDiscover, dontFragment ? DISCOVER_BY_PROBING : DISCOVER_AS_USUAL);
      if (names.dontFragment !== null) setOption(names.level, names.dontFragment, dontFragment ? 1 : 0);
    }
    Object.assign(current, { hopLimit, dscp, dontFragment });
  };
}
