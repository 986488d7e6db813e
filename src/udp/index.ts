// udp: whether datagrams to a host's ports are rejected, and by whom.

export { openKernelUdpPort } from './kernel-port.ts';
export type { OpenUdpPort, Rejection } from './port.ts';
export { type PortOutcome, type ProbedPorts, probePorts } from './probe-ports.ts';
