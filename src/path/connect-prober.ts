// Asks by connects of the kernel's whose packets may pass only so many routers: TCP without root (ip(7)). Each that reaches the
// host is a connection to the service, which is closed at once.

import type { Clock } from '../clock.ts';
import type { Dial } from '../tcp/index.ts';
import type { Answer, Prober } from './probe.ts';

export interface ConnectTarget {
  readonly address: string;
  readonly port: number;
  readonly interfaceName: string | null;
}

/** A SYN that is lost is sent again after a second (RFC 6298), which would be another probe. */
const BEFORE_REPETITION_MS = 950;
/** Only of the repetition does the kernel count that a firewall of this machine's drops it. */
const AFTER_REPETITION_MS = 1300;
/** Farther than anything is: a connect without a limit keeps no errors. */
const ALL_THE_WAY = 255;

export function connectProber(dial: Dial, target: ConnectTarget, clock: Clock): Prober {
  let isHeard = false;
  return {
    async ask({ hopLimit }, waitMs, signal): Promise<Answer | null> {
      const startedAtMs = clock.now();
      const endpoint = { ...target, hopLimit: hopLimit ?? ALL_THE_WAY };
      // While nothing at all was heard, perhaps nothing was sent.
      const mayRepeat = !isHeard;
      const patienceMs = mayRepeat ? AFTER_REPETITION_MS : BEFORE_REPETITION_MS;
      const result = await dial(endpoint, Math.min(waitMs, patienceMs), signal);
      const rttMs = clock.now() - startedAtMs;
      if (result.ok) result.connection.close();
      const isLocal = !result.ok && result.reason === 'local';
      // An answer to the repetition: the probe itself was lost.
      if (mayRepeat && !isLocal && rttMs > BEFORE_REPETITION_MS) return null;
      isHeard ||= result.ok || !['local', 'timed-out'].includes(result.reason);
      if (result.ok) {
        return {
          kind: 'reply',
          from: target.address,
          rttMs: result.connectMs,
          tcp: { refused: false, mssBytes: null },
        };
      }
      if (result.reported !== undefined) {
        const { from, type, code, isTimeExceeded } = result.reported;
        return isTimeExceeded
          ? { kind: 'time-exceeded', from, rttMs, dscp: null, rewritten: [] }
          : { kind: 'unreachable', from, type, code };
      }
      if (result.reason === 'refused' || result.reason === 'reset') {
        return { kind: 'reply', from: target.address, rttMs, tcp: { refused: true, mssBytes: null } };
      }
      return result.reason === 'local' && result.code !== 'ECANCELED' ? { kind: 'unsent', because: result.code } : null;
    },
  };
}
