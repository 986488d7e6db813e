// An event in a few words, for the log (-v) and for the checks of which the live view has one line.

import { formatSeconds } from '../duration.ts';
import type { EventOf, ScanEvent } from '../events.ts';

/** null for what is of no interest by itself: the pass says which connections idle. */
export function describeEvent(event: ScanEvent): string | null {
  switch (event.event) {
    case 'started':
    case 'finished':
    case 'evidence':
    case 'idling':
      return null;
    case 'step-started':
      return 'started';
    case 'step-done':
      return 'done';
    case 'probes-sent':
      return `${event.probesSent} ARP probes sent, listening`;
    case 'contested':
      return 'more than one machine answers: asking each by itself';
    case 'frames-heard':
      return `${event.frames} ARP frames heard`;
    case 'frames-read':
      return `${event.frames} frames read`;
    case 'echoes':
      return `${event.received} of ${event.sent} echoes back`;
    case 'path-probes':
      return `${event.received} of ${counted(event.sent, 'probe')} answered${event.distance === null ? '' : `, ${counted(event.distance, 'hop')} to the host`}`;
    case 'path-stage':
      return {
        mtu: 'looking for the largest packet',
        'vanishing-point': 'looking for where large packets vanish',
        names: 'asking for names',
      }[event.stage];
    case 'connected':
      return `connected in ${formatSeconds(event.connectMs / 1000)}${event.greeting === null ? '' : `, greeted with ${event.greeting}`}`;
    case 'asking':
      return event.isOver ? 'ssh has asked' : 'ssh asks on the terminal, where it needs to';
    case 'pass':
      return `${speaker(event)}${event.pass === 1 ? 'first pass' : 'narrowing'}: ${counted(event.idleSeconds.length, 'connection')} from ${formatSeconds(event.idleSeconds[0] ?? 0)} to ${formatSeconds(event.idleSeconds.at(-1) ?? 0)}`;
    case 'deeper':
      return `looking beyond hop ${event.awakeUpToHop}, up to which everything is kept awake`;
    case 'suspect':
      return `${speaker(event)}no answer after ${formatSeconds(event.forSeconds)}, asking again`;
    case 'rung':
      return `${speaker(event)}${describeRung(event)}`;
    case 'bracket':
      return `${speaker(event)}so far: ${describeBracket(event)}`;
    case 'climbed':
      return `${speaker(event)}the time is known as well as it can be`;
    case 'outage':
      return event.isOver
        ? `${speaker(event)}the path is back after ${formatSeconds(event.lastedSeconds)}`
        : `${speaker(event)}the control connection gets no answer`;
    case 'control-ended':
      return `${speaker(event)}the control connection ended (${event.how})`;
    case 'hops':
      return `${counted(event.count, 'hop')} to the peer`;
    case 'hop-search':
      return `keeping a connection awake up to each of ${counted(event.hops, 'hop')} for ${formatSeconds(event.forSeconds)}`;
    case 'hop':
      return `kept awake up to ${event.hop === 0 ? 'no hop' : `hop ${event.hop}${event.address === null ? '' : ` (${event.address})`}`}: ${event.outcome}`;
    case 'trial-started':
      return `trying ${whatSpeaks(event)} every ${formatSeconds(event.intervalSeconds)} for ${formatSeconds(event.forSeconds)}`;
    case 'trial':
      return `${whatSpeaks(event)} every ${formatSeconds(event.intervalSeconds)}, after ${formatSeconds(event.lastedSeconds)}: ${event.outcome}`;
  }
}

function whatSpeaks({ speaks }: EventOf<'trial'> | EventOf<'trial-started'>): string {
  return speaks === 'payload' ? 'data' : 'a keepalive';
}

function describeRung({ outcome, idleSeconds, code }: EventOf<'rung'>): string {
  const after = formatSeconds(idleSeconds);
  if (outcome === 'alive') return `alive at ${after}`;
  const reason = code === null ? '' : `, ${code}`;
  return outcome === 'inconclusive' ? `inconclusive at ${after}${reason}` : `dead at ${after} (${outcome}${reason})`;
}

type Known = Pick<EventOf<'bracket'>, 'survivedSeconds' | 'expiredSeconds' | 'onExpiry' | 'deaths'>;

/** What is known of a timeout by now. */
export function describeBracket({ survivedSeconds, expiredSeconds, onExpiry, deaths }: Known): string {
  const lives = survivedSeconds === null ? [] : [`lives through ${formatSeconds(survivedSeconds)}`];
  const dies = expiredSeconds === null ? [] : [`dead at ${formatSeconds(expiredSeconds)} (${onExpiry})`];
  if (lives.length + dies.length === 0) return 'nothing';
  return [...lives, ...dies, ...(deaths === 1 ? ['to be confirmed'] : [])].join(', ');
}

function speaker({ direction }: { readonly direction: EventOf<'rung'>['direction'] }): string {
  return direction === 'inbound' ? 'far side speaking first: ' : '';
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
