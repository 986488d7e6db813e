// ssh or sshd gives a session up itself, because its keepalives wait less long for an answer than the path may take.

import { formatSeconds } from '../../duration.ts';
import type { EvidenceOf } from '../../evidence.ts';
import { VERDICTS } from '../cause.ts';
import { defineRule, ids, type Opinion, ofKind } from '../define-rule.ts';
import { lossOf } from '../loss.ts';
import { sparedTcp } from '../path-loss.ts';
import {
  attempts,
  givesUpAfterSeconds,
  givesUpPerHour,
  type Patience,
  patientCountMax,
  waitsSeconds,
} from '../patience.ts';
import { settingsInForce } from '../settings-in-force.ts';
import { lossInterval } from '../statistics.ts';
import type { Subject } from '../subject.ts';

type Echo = EvidenceOf<'echo'>;

/** One end's keepalives. */
interface Side extends Patience {
  readonly program: 'ssh' | 'sshd';
  readonly id: string;
}

/** Giving up so often while idle is a fault that a user notices. */
const TOO_OFTEN_PER_HOUR = 1;

export const keepaliveTooStrict = defineRule({
  cause: 'keepalive-too-strict',
  speaksOf: ['host'],
  needs: ['ssh-client-settings', 'ssh-server-settings'],
  weigh: (subject) => [weighSubject(subject)],
});

function weighSubject(subject: Subject): Opinion {
  const { label } = subject;
  const { client, server } = settingsInForce(subject);
  const known = [client, server].filter((settings) => settings !== undefined);
  const echoes = ofKind(subject, 'echo').filter(({ received }) => received > 0);
  const sides = sidesOf(subject);
  const opinions = sides.flatMap((side) =>
    side.countMax === 0 ? [givesUpUnasked(side, label)] : echoes.map((echo) => weighSide(subject, side, echo)),
  );
  if (opinions.length > 0) return surest(opinions);
  const base = { subject: label, advice: [] };
  if (sides.length === 0 && client?.serverAliveInterval === 0) {
    const summary = `ssh sends no keepalives of its own to ${label} (ServerAliveInterval 0), so that none can be missed.`;
    return { ...base, verdict: 'ruled-out', because: ids(known), summary, missing: [] };
  }
  // Without evidence behind it: nobody asked for this, and what is missing was not looked for in vain.
  const summary =
    sides.length === 0
      ? `The keepalive settings of ssh for ${label} could not be read.`
      : `Whether keepalives to ${label} are too strict depends on loss and round trips, which were not measured.`;
  return { ...base, verdict: 'unknown', because: [], summary, missing: [`netcheck --ping ${label}`] };
}

/** Ends that send keepalives and give up when none is answered. */
function sidesOf(subject: Subject): Side[] {
  const { client, server } = settingsInForce(subject);
  const sides: Side[] = [];
  if (client?.serverAliveInterval && client.serverAliveCountMax !== null) {
    const { serverAliveInterval, serverAliveCountMax, id } = client;
    sides.push({ program: 'ssh', intervalSeconds: serverAliveInterval, countMax: serverAliveCountMax, id });
  }
  // ClientAliveCountMax 0 has a meaning of its own, which sshd-settings tells.
  if (server?.clientAliveInterval && server.clientAliveCountMax) {
    const { clientAliveInterval, clientAliveCountMax, id } = server;
    sides.push({ program: 'sshd', intervalSeconds: clientAliveInterval, countMax: clientAliveCountMax, id });
  }
  return sides;
}

/** The surest verdict, and what speaks for it. */
function surest(opinions: readonly Opinion[]): Opinion {
  const rank = ({ verdict }: Opinion): number => VERDICTS.indexOf(verdict);
  const best = Math.min(...opinions.map(rank));
  const [first, ...more] = opinions.filter((opinion) => rank(opinion) === best) as [Opinion, ...Opinion[]];
  return {
    ...first,
    because: [...new Set([first, ...more].flatMap(({ because }) => because))],
    summary: [...new Set([first, ...more].map(({ summary }) => summary))].join(' '),
    advice: [...new Set([first, ...more].flatMap(({ advice }) => advice))],
  };
}

/** The client has no "0 means never", as sshd has from OpenSSH 8.2 on. Tried with 9.2: gone after one interval. */
function givesUpUnasked({ intervalSeconds, id }: Side, label: string): Opinion {
  return {
    subject: label,
    verdict: 'confirmed',
    because: [id],
    summary: `ssh itself ends a session to ${label} once the server has said nothing for ${formatSeconds(intervalSeconds)} (ServerAliveInterval): with ServerAliveCountMax 0 it gives up before it has asked once.`,
    moments: ['after-pause'],
    effect: 'a session that is left alone ends with "Timeout, server … not responding", whatever the network does',
    advice: clientAdvice({ intervalSeconds }, label),
    missing: [],
  };
}

function weighSide(subject: Subject, side: Side, echo: Echo): Opinion {
  const { label } = subject;
  const { rttMs } = echo;
  const base = { subject: label, because: [side.id, echo.id], missing: [] };
  const who = side.program === 'ssh' ? `ssh gives up on ${label}` : `sshd on ${label} gives up on its client`;
  const when = `${who} ${formatSeconds(givesUpAfterSeconds(side))} after the last byte from the other end: ${settingOf(side)}.`;
  const waits = waitsSeconds(side);
  if (rttMs === null) return { ...base, verdict: 'unknown', because: [], summary: when, advice: [] };
  if (rttMs.max >= waits * 1000) {
    const isAlways = rttMs.min >= waits * 1000;
    const answers = isAlways
      ? `every answer took ${ms(rttMs.min)} or more`
      : `an answer took as long as ${ms(rttMs.max)}`;
    return {
      ...base,
      verdict: isAlways ? 'confirmed' : 'likely',
      summary: `${when} A keepalive must be answered within ${formatSeconds(waits)} for that, and ${answers}.`,
      advice: patientAdvice(side, label),
    };
  }
  const { lost, asked } = lossOf(echo);
  const loss = lossInterval(lost, asked);
  const tries = attempts(side, rttMs);
  const often = { lower: givesUpPerHour(side, tries, loss.lower), upper: givesUpPerHour(side, tries, loss.upper) };
  const sends = `TCP sends a keepalive ${tries === 1 ? 'once' : `up to ${tries} times`} in the ${formatSeconds(waits)} that an answer may take`;
  if (often.upper < TOO_OFTEN_PER_HOUR) {
    return {
      ...base,
      verdict: 'ruled-out',
      summary: `${when} That is patient enough for what was measured: answers took ${ms(rttMs.max)} at most, and ${sends}, which outlasts a loss of ${percent(loss.upper)}.`,
      advice: [],
    };
  }
  const isLikely = often.lower >= TOO_OFTEN_PER_HOUR;
  const rates = isLikely
    ? `with a loss of ${percent(loss.lower)} or more, all of these are lost about ${times(often.lower)} in an hour of idling`
    : `a loss of ${percent(loss.upper)}, which ${lost} lost of ${asked} do not exclude, would lose all of these about ${times(often.upper)} in an hour of idling`;
  const spared = sparedTcp(subject, { lost, asked });
  if (spared !== null) {
    return {
      ...base,
      verdict: 'possible',
      because: [...base.because, ...spared.because],
      summary: `${when} ${capital(sends)}, and ${rates}. ${spared.says}`,
      advice: [],
      missing: [spared.missing],
    };
  }
  return {
    ...base,
    verdict: isLikely ? 'likely' : 'possible',
    summary: `${when} ${capital(sends)}, and ${rates}.`,
    advice: patientAdvice(side, label),
    missing: isLikely ? [] : [`${asked} echo requests leave room for chance; repeat: netcheck --ping ${label}`],
  };
}

function settingOf({ program, intervalSeconds, countMax }: Side): string {
  const [interval, max] =
    program === 'ssh' ? ['ServerAliveInterval', 'ServerAliveCountMax'] : ['ClientAliveInterval', 'ClientAliveCountMax'];
  return `(${max} ${countMax} + 1) × ${interval} ${intervalSeconds} s`;
}

function patientAdvice(side: Side, label: string): string[] {
  const remark = 'This mends neither the loss nor an outage that lasts longer.';
  return [...(side.program === 'ssh' ? clientAdvice(side, label) : serverAdvice(side)), remark];
}

/** The interval stays, because a path that forgets may need it. */
function patientCount(intervalSeconds: number): { countMax: number; waits: string } {
  const countMax = patientCountMax(intervalSeconds);
  return { countMax, waits: formatSeconds(givesUpAfterSeconds({ intervalSeconds, countMax })) };
}

function clientAdvice({ intervalSeconds }: Pick<Side, 'intervalSeconds'>, label: string): string[] {
  const { countMax, waits } = patientCount(intervalSeconds);
  return [
    `Let ssh wait longer, and speak as often as now; put this into ~/.ssh/config:\nHost ${label}\n    ServerAliveCountMax ${countMax}\nIt then gives up after ${waits} without a word from the server.`,
    `For one session: ssh -o ServerAliveCountMax=${countMax} ${label}`,
  ];
}

function serverAdvice({ intervalSeconds }: Side): string[] {
  const { countMax, waits } = patientCount(intervalSeconds);
  return [
    `Let sshd wait longer; in /etc/ssh/sshd_config:\nClientAliveCountMax ${countMax}\nthen: sudo systemctl reload ssh (Debian, Ubuntu) or sshd (elsewhere). It then gives up after ${waits} without a word from the client.`,
  ];
}

function ms(milliseconds: number): string {
  return `${Number(milliseconds.toPrecision(2))} ms`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(2))}%`;
}

function times(perHour: number): string {
  const count = Number(perHour.toPrecision(2));
  return count === 1 ? 'once' : `${count} times`;
}
