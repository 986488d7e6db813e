// Packets that never arrive, while others do.

import { formatSeconds } from '../../duration.ts';
import type { EvidenceOf } from '../../evidence.ts';
import { keepaliveSeconds } from '../../keepalive.ts';
import { defineRule, type Opinion, ofKind } from '../define-rule.ts';
import { SHORTEST_SECONDS } from '../keepalive-advice.ts';
import { givesUpAfterSeconds, patientCountMax } from '../patience.ts';
import { lossInterval } from '../statistics.ts';
import { type Subject, withPort } from '../subject.ts';

/** Loss rates that must be exceeded with 95 % confidence: TCP and ssh keepalives suffer at the upper one. */
const CONFIRMED_ABOVE = 0.1;
const LIKELY_ABOVE = 0.03;

export const packetLoss = defineRule({
  cause: 'packet-loss',
  speaksOf: ['host'],
  needs: ['echo'],
  weigh: (subject) => ofKind(subject, 'echo').map((echo) => weighOne(subject, echo)),
});

function weighOne(subject: Subject, echo: EvidenceOf<'echo'>): Opinion {
  const { sent, received } = echo;
  const base = { subject: subject.label, because: [echo.id], advice: [], missing: [] };
  if (received === 0) {
    return {
      ...base,
      verdict: 'unknown',
      summary:
        sent === 0
          ? 'No echo request was sent.'
          : `None of ${sent} echo requests was answered: no loss rate follows from that.`,
      missing: [
        `a TCP connection may tell more: netcheck --idle-timeout ${withPort(subject.label, 22)} --max-idle 10s`,
      ],
    };
  }
  const lost = sent - received;
  const { lower, upper } = lossInterval(lost, sent);
  if (lost === 0) {
    return {
      ...base,
      verdict: 'ruled-out',
      summary: `All ${sent} echo requests to ${subject.label} came back; a loss above ${percent(upper)} would have shown (95% confidence).`,
    };
  }
  const verdict = lower >= CONFIRMED_ABOVE ? 'confirmed' : lower >= LIKELY_ABOVE ? 'likely' : 'possible';
  return {
    ...base,
    verdict,
    summary: `${lost} of ${sent} echo requests to ${subject.label} were lost: between ${percent(lower)} and ${percent(upper)} of packets get lost (95% confidence).`,
    advice: [
      `Look for the lossy link: Wi-Fi, a half-duplex or overloaded port, a saturated uplink.${patientKeepalives(subject)}`,
    ],
    missing: verdict === 'possible' ? [`a single loss may be chance; repeat: netcheck --ping ${subject.label}`] : [],
  };
}

const USUAL_SECONDS = 15;

/** As patient, and no slower than an idle timeout on the same path allows; nothing where that lets no keepalive be relied on. */
function patientKeepalives(subject: Subject): string {
  const needed = ofKind(subject, 'idle-timeout')
    .filter(({ expiredSeconds }) => expiredSeconds !== null)
    .map(({ survivedSeconds }) => survivedSeconds ?? 0);
  if (needed.some((seconds) => seconds < SHORTEST_SECONDS)) return '';
  const intervalSeconds = Math.min(USUAL_SECONDS, ...needed.map(keepaliveSeconds));
  const countMax = intervalSeconds === USUAL_SECONDS ? 8 : patientCountMax(intervalSeconds);
  const waits = formatSeconds(givesUpAfterSeconds({ intervalSeconds, countMax }));
  return ` Sessions survive loss if keepalives are patient: ServerAliveInterval ${intervalSeconds} with ServerAliveCountMax ${countMax} waits ${waits} for an answer.`;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(2))}%`;
}
