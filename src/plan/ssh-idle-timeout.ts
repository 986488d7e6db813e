// --idle-timeout <user@host[:port]>: through how many logged-in sessions, and for how long.

import type { InterfaceFacts } from '../host.ts';
import { type Destination, loginOf } from './destination.ts';
import type { ScanOptions } from './options.ts';
import type { IdleTimeoutStep, SkippedStep, Step } from './step.ts';
import { skipIfDown, UsageError } from './usage.ts';

/** Half of what sshd lets log in before it refuses some (MaxStartups), and enough to narrow by a fifth with each pass. */
const USUAL_SESSIONS = 6;
/** ssh's configuration, the name and the first login, at worst. */
const LOGIN_SECONDS = 60;
/** One direction after the other: the first pass and four that narrow, each. */
const PASSES = 10;
const QUICK_PASSES = 2;
const PROVING_SECONDS = 8;

/** `withoutLogin` is what is measured where nobody can log in; null: nothing. @throws UsageError */
export function planSshIdleTimeout(
  target: string,
  destination: Destination,
  options: ScanOptions,
  chosen: InterfaceFacts | null,
  withoutLogin: IdleTimeoutStep | SkippedStep | null = null,
): Step {
  const { maxIdleSeconds, connections, resolutionSeconds, quick, deep } = options;
  if (deep) {
    throw new UsageError(
      `${target}: --deep needs more connections than sessions there should be; leave one of them out`,
    );
  }
  const passes = quick ? QUICK_PASSES : PASSES;
  return (
    skipIfDown('idle-timeout', target, chosen) ?? {
      check: 'ssh-idle-timeout',
      target,
      login: { destination: loginOf(destination), port: destination.port },
      host: destination.host,
      interfaceName: chosen?.name ?? null,
      maxIdleSeconds,
      sessions: connections ?? USUAL_SESSIONS,
      resolutionSeconds,
      quick,
      withoutLogin: withoutLogin?.check === 'idle-timeout' ? withoutLogin : null,
      worstCaseSeconds: LOGIN_SECONDS + passes * (maxIdleSeconds + PROVING_SECONDS),
    }
  );
}
