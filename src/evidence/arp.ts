// What was heard of addresses on the link, by ARP, and of those who claim one.

import { z } from 'zod';
import { count, id, port, seconds } from './fields.ts';

const vendor = z.string().nullable().describe('Holder of the MAC block, null when nobody registered it');
const role = z
  .enum(['station', 'vrrp', 'hsrp', 'glbp', 'ms-nlb'])
  .describe('What the MAC block is reserved for; CARP shares the block of VRRP');
const locallyAdministered = z.boolean().describe('No vendor assigned the MAC: randomised, virtual or set by hand');

export const claim = z.object({
  mac: z.string(),
  vendor,
  locallyAdministered,
  role,
  frameSourceMac: z.string().nullable().describe('Source of the frame where it differs from the claimed MAC'),
  vlanId: count.nullable().describe('VLAN it was heard in, null for the network that was asked'),
  carrierVlanId: count.optional().describe("VLAN of a carrier's that this VLAN is in (802.1ad)"),
  via: z.enum(['reply', 'announcement', 'request', 'probe']),
  count,
  firstSeconds: z.number().describe('Since the address was first asked for, or since listening began'),
  lastSeconds: z.number(),
  rounds: z.array(count).describe('Rounds of probing in which it was heard, from 1'),
  canariesClaimed: z
    .array(z.string())
    .nullable()
    .describe('Addresses nobody should own that it answers for too (proxy ARP); null when none was asked for'),
});

const arpSource = z.enum(['probes', 'listening', 'capture']);

export const arpClaims = z.object({
  id,
  kind: z.literal('arp-claims'),
  ip: z.string(),
  interface: z.string().nullable().describe('null for a capture'),
  source: arpSource,
  ownMac: z.string().nullable().describe('Our MAC, when the address is one of our own'),
  unanswered: z
    .literal(true)
    .optional()
    .describe('Our own, but on another interface, and not answered for on this one (arp_ignore)'),
  sweep: z.string().nullable().describe('The sweep it was asked in, null when it was asked for by itself'),
  probesSent: count,
  listenedSeconds: seconds,
  kernelDrops: count,
  dropsMadeUp: z.boolean().describe('Frames were lost, then everything was asked again without a loss'),
  complete: z.boolean().describe('False when it was interrupted or the interface failed'),
  claims: z.array(claim),
  elsewhere: z
    .array(z.string())
    .optional()
    .describe('MACs that have it on other interfaces of a capture, where nothing shows that they are one network'),
  unlistedFrames: count.describe('Frames of further claimants, when they are too many to be listed'),
  expected: z.array(z.string()).nullable().describe('MACs that the user named as rightful owners'),
  otherAddresses: z
    .object({ shared: count, notShared: count })
    .nullable()
    .describe(
      'Other addresses that all of its stations claim together, and that only some of them claim; null when not asked',
    ),
  flips: z
    .object({
      count,
      first: z.array(z.object({ atSeconds: z.number(), fromMac: z.string(), toMac: z.string() })),
    })
    .nullable()
    .describe('How often the address went from one MAC to another by itself; null when it was asked for'),
});

export const arpSweep = z.object({
  id,
  kind: z.literal('arp-sweep'),
  target: z.string(),
  interface: z.string().nullable().describe('null for a capture'),
  source: arpSource,
  addressesAsked: count.nullable().describe('null when nothing was asked'),
  addressesAnswered: count,
  probesSent: count,
  rounds: count,
  listenedSeconds: seconds,
  waitedSeconds: seconds.describe('Of these, after the last probe'),
  frames: count.nullable().describe('ARP frames heard, when nothing was asked'),
  malformedFrames: count,
  kernelDrops: count,
  dropsMadeUp: z.boolean(),
  complete: z.boolean(),
  inventory: z
    .array(
      z.object({
        ip: z.string(),
        mac: z.string().describe('Who claimed it first'),
        vendor,
        locallyAdministered,
        role,
        firstSeconds: z.number(),
        claimants: count,
      }),
    )
    .describe('Who has which address, by address'),
});

const comparison = z.enum(['same', 'different', 'unknown']);

export const claimantProof = z.object({
  id,
  kind: z.literal('claimant-proof'),
  ip: z.string(),
  sweep: z.string().nullable().describe('The sweep it was found in, null when it was asked for by itself'),
  interface: z.string(),
  port,
  linkLevelOnly: z
    .string()
    .nullable()
    .describe('Why no host keys were read; null when connections went to each claimant'),
  claimants: z.array(
    z.object({
      mac: z.string(),
      outcome: z.enum(['open', 'refused', 'silent']),
      answeredFrom: z
        .string()
        .nullable()
        .describe('Source of the answer: another MAC is another leg, or a machine behind'),
      ttl: count.nullable(),
      clockOffset: count.nullable().describe('TCP timestamp minus our time in ms, modulo 2^32 (RFC 7323)'),
      banner: z.string().nullable().describe('SSH identification string'),
      hostKey: z.object({ type: z.string(), fingerprint: z.string() }).nullable(),
      echoIds: z
        .array(count)
        .nullable()
        .describe('IP identification of its echo replies, which were asked for in turn'),
    }),
  ),
  clocks: comparison.describe('TCP timestamp clocks: one machine has one'),
  counters: comparison.describe('IP identification counters: one machine has one per destination'),
});
