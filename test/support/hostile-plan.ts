// A plan whose every text does harm: what the options and the machine could put there, and more.

import type { Plan, SkippedStep } from '../../src/plan/index.ts';
import { HOSTILE } from './control-bytes.ts';
import { WATCHED } from './watched.ts';

const SKIPPED: SkippedStep = {
  check: 'skipped',
  skippedCheck: 'ping',
  target: HOSTILE,
  because: HOSTILE,
  hint: HOSTILE,
};
const TO = { target: HOSTILE, host: HOSTILE, interfaceName: HOSTILE, interfaceIndex: 1, worstCaseSeconds: 5 } as const;
const LADDER = { maxIdleSeconds: 900, resolutionSeconds: null, quick: false } as const;
const ECHO = { waitSeconds: 2, dataBytes: 56, dscp: 46, method: 'system-ping' } as const;
const ROUNDS = { rounds: 3, intervalSeconds: 1 } as const;

export const HOSTILE_PLAN: Plan = {
  steps: [
    SKIPPED,
    { ...WATCHED, target: HOSTILE, host: HOSTILE, interfaceName: HOSTILE },
    { ...TO, ...ECHO, check: 'ping', count: 5, intervalSeconds: 1, besideGateway: true },
    { ...TO, ...ECHO, check: 'ping-sweep', hosts: [HOSTILE], rounds: 3, repeatAnswered: false, ratePerSecond: null },
    { ...TO, ...ROUNDS, check: 'path', port: null, waitSeconds: 1, names: true, method: 'system-ping' },
    {
      ...TO,
      ...LADDER,
      check: 'ssh-idle-timeout',
      login: { destination: HOSTILE, port: 22 },
      sessions: 6,
      withoutLogin: null,
    },
    { ...TO, check: 'mosh-ports', ports: [60_000] },
    { check: 'read', target: HOSTILE, addresses: null, expected: new Map() },
  ],
  undecided: HOSTILE,
  settingsOf: [{ host: HOSTILE, destination: HOSTILE, ownAddress: HOSTILE }],
  keepalive: null,
};
