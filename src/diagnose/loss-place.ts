// Where packets get lost, by the first router on the way, which was asked at the same times as the host.
//
//   gateway loses as much as the host          before it: on your own link
//   gateway loses less, and not by chance      beyond it
//   gateway loses more, and not by chance      it answers fewer echoes than it forwards: says nothing
//   gateway answers nothing                    it ignores echoes, or limits them: says nothing

import type { EvidenceOf } from '../evidence.ts';
import { lossOf } from './loss.ts';
import { isHigher } from './statistics.ts';

type Echo = EvidenceOf<'echo'>;

export interface LossPlace {
  /** A sentence: where, and by what that is known. */
  readonly says: string;
  /** Where to look. */
  readonly advice: string;
  /** Ids of further evidence that it rests on. */
  readonly because: readonly string[];
}

/** Fewer losses of the gateway's own may be chance. */
const FEWEST_LOSSES = 3;

/** null when nothing can be said of it; `echo` lost something. */
export function placeByGateway(echo: Echo): LossPlace | null {
  const { link, gateway } = echo;
  if (link === null || link === undefined) return null;
  if (link.gateway === null) {
    const says = `${echo.address} is on this machine's own link (${named(link)}): no router is between the two.`;
    return place(says, `Look at that link and at both ends of it: ${suspects(link)}.`);
  }
  if (gateway === null || gateway === undefined) return null;
  const [theirs, ours] = [lossOf(gateway), lossOf(echo)];
  const told = `it lost ${theirs.lost} of ${theirs.asked} at the same times`;
  if (gateway.received === 0) {
    return place(
      `Your gateway ${gateway.address} answers no echo request, so that it can't be told whether the loss is before or beyond it.`,
      suspectLink(link),
    );
  }
  if (isHigher(theirs, ours)) {
    return place(
      `Your gateway ${gateway.address} answers fewer echoes than pass through it (${told}): it limits its own answers, and nothing follows from them.`,
      suspectLink(link),
    );
  }
  if (isHigher(ours, theirs)) return beyond(link, gateway.address, theirs.lost, told);
  if (theirs.lost < FEWEST_LOSSES) {
    return place(
      `Whether before or beyond your gateway ${gateway.address} can't be told by so few (${told}).`,
      suspectLink(link),
    );
  }
  return place(
    `They get lost between you and your gateway ${gateway.address}, on ${named(link)}: ${told}.`,
    `Look at your own link first: ${suspects(link)}.`,
  );
}

type Link = NonNullable<Echo['link']>;

function beyond(link: Link, gateway: string, lost: number, told: string): LossPlace {
  if (lost >= FEWEST_LOSSES) {
    return place(
      `Some get lost between you and your gateway ${gateway}, on ${named(link)}, and more beyond it: ${told}.`,
      `Look at your own link first: ${suspects(link)}.`,
    );
  }
  return place(
    `They get lost beyond your gateway ${gateway}: ${told}.`,
    'Your own link is well: look at the uplink behind the gateway, or ask whoever runs the path.',
  );
}

function place(says: string, advice: string): LossPlace {
  return { says, advice, because: [] };
}

function suspectLink(link: Link): string {
  return `Look for the lossy link: ${suspects(link)}, or a saturated uplink.`;
}

function named({ interface: name, wireless, signalDbm }: Link): string {
  if (!wireless) return name;
  return `Wi-Fi (${name}${signalDbm === null ? '' : `, signal ${signalDbm} dBm`})`;
}

/** Below that, frames are repeated more often than not. */
const WEAK_DBM = -70;

function suspects({ wireless, signalDbm }: Link): string {
  if (!wireless) return 'cable, switch port, duplex, an overloaded segment';
  return signalDbm !== null && signalDbm <= WEAK_DBM
    ? 'the Wi-Fi signal is weak; go nearer to the access point, or try a cable'
    : 'Wi-Fi loses packets by interference and in power saving; try a cable to be sure';
}
