// By which means echo requests are sent, through which interface, and how they are marked.

import type { HostFacts, InterfaceFacts } from '../host.ts';
import type { ScanOptions } from './options.ts';
import type { PingStep } from './step.ts';

/** As many bytes of data as ping(8) sends. */
const PING_DATA_BYTES = 56;

export function chosenInterface(chosen: InterfaceFacts | null): Pick<PingStep, 'interfaceName' | 'interfaceIndex'> {
  return { interfaceName: chosen?.name ?? null, interfaceIndex: chosen?.index ?? 0 };
}

export function marking({ sizeBytes, dscp }: ScanOptions): Pick<PingStep, 'dataBytes' | 'dscp'> {
  return { dataBytes: sizeBytes ?? PING_DATA_BYTES, dscp: dscp ?? 0 };
}

/** The best that this user may use. */
export function methodOf({ canOpenRawSockets, canOpenPingSockets }: HostFacts): PingStep['method'] {
  if (canOpenRawSockets) return 'raw-socket';
  return canOpenPingSockets ? 'ping-socket' : 'system-ping';
}
