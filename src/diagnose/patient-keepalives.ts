// What keepalives a lossy path asks for, as a step of advice.

import { formatSeconds } from '../duration.ts';
import { keepaliveSeconds } from '../keepalive.ts';
import { ofKind } from './define-rule.ts';
import { SHORTEST_SECONDS } from './keepalive-advice.ts';
import { givesUpAfterSeconds, patientCountMax } from './patience.ts';
import type { Subject } from './subject.ts';

const USUAL_SECONDS = 15;

/** As patient, and no slower than an idle timeout on the same path allows; nothing where that lets no keepalive be relied on. */
export function patientKeepalives(subject: Subject): string[] {
  const needed = ofKind(subject, 'idle-timeout')
    .filter(({ expiredSeconds }) => expiredSeconds !== null)
    .map(({ survivedSeconds }) => survivedSeconds ?? 0);
  if (needed.some((seconds) => seconds < SHORTEST_SECONDS)) return [];
  const intervalSeconds = Math.min(USUAL_SECONDS, ...needed.map(keepaliveSeconds));
  const countMax = intervalSeconds === USUAL_SECONDS ? 8 : patientCountMax(intervalSeconds);
  const waits = formatSeconds(givesUpAfterSeconds({ intervalSeconds, countMax }));
  return [
    `Sessions survive loss if keepalives are patient: ServerAliveInterval ${intervalSeconds} with ServerAliveCountMax ${countMax} waits ${waits} for an answer.`,
  ];
}
