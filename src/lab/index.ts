// The lab's front door: virtual networks on real kernels, for `netcheck demo` and the tests.

export { type ArpBehaviour, type ArpStationOptions, startArpStation } from './arp-behaviour.ts';
export { LabUnavailable, labProblem } from './availability.ts';
export type { CommandResult, RunOptions } from './command.ts';
export { type DuplicateLan, type DuplicateLanOptions, duplicateLan } from './duplicate-lan.ts';
export { type HopPath, type HopPathOptions, hopPath } from './hop-path.ts';
export type { Lab, LabHost } from './lab.ts';
export type { Lan, LanFacts } from './lan.ts';
export { type NatPath, type NatPathOptions, natPath } from './nat-path.ts';
export { type OwnAddressLan, ownAddressLan } from './own-address-lan.ts';
export { type ProxyLan, type ProxyLanOptions, proxyLan } from './proxy-lan.ts';
export { type QuietLan, quietLan } from './quiet-lan.ts';
export { startTcpProxy, type TcpProxyOptions } from './tcp-proxy.ts';
export { startTcpServices, type TcpService } from './tcp-service.ts';
export { type TwoLegLan, type TwoLegLanOptions, twoLegLan } from './two-leg-lan.ts';
export { type VrrpLan, type VrrpLanOptions, vrrpLan } from './vrrp-lan.ts';
