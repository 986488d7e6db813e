// A simulated path to one TCP service, through a middlebox, behind the Dial port: seeded, on a virtual clock, no sockets.
//
//   this host ──(loss, outages)── middlebox (forgets what idles too long) ── server (greets, talks, closes, restarts)
//
// Between them are routers, one per hop; each middlebox is one of them. A packet whose hop limit runs out has passed the
// middlebox at that hop, as in Linux, where connection tracking comes before routing.
//
// Times of the options are seconds since the simulation was made. Every connection computes what has happened to it
// when it is looked at, so that nothing but dialling sleeps on the clock.

import type { Clock } from '../../src/clock.ts';
import type { SenderSigns } from '../../src/tcp/captured-segment.ts';
import type { Connection, ConnectionState, Dial, Ending } from '../../src/tcp/dial.ts';
import { MOST_UNANSWERED } from '../../src/tcp/keepalive-probe.ts';
import type { Testimony, Witness } from '../../src/tcp/witness.ts';
import { seededRandom } from './memory-lan.ts';

export interface MemoryNatOptions {
  readonly seed?: number;
  readonly rttMs?: number;
  /** The middlebox; none forgets nothing. */
  readonly nat?: Middlebox;
  /** More of them, farther away than `nat`. */
  readonly farther?: readonly Middlebox[];
  /** Hops to the server, itself the last; 3 when left out. */
  readonly hops?: number;
  /** Routers that tell nobody that a hop limit ran out. */
  readonly silentRouters?: boolean;
  /** Part of the round trips that are lost, half of them before the middlebox and half behind it. */
  readonly loss?: number;
  /** The path is cut on our side of the middlebox; `unreachable` when a router says so (ICMP). */
  readonly outages?: readonly { readonly from: number; readonly to: number; readonly unreachable?: boolean }[];
  /** The service closes (FIN) what has not sent it data for so long. It never sees keepalive probes. */
  readonly serverClosesAfter?: number;
  /** It does so with a reset. */
  readonly serverResets?: boolean;
  /** The server restarts at this moment: it resets every connection, and knows none of them afterwards. */
  readonly serverRestartsAt?: number;
  /** This host is suspended at a moment of its clock, which stands still, for so long: nobody else's does. */
  readonly suspended?: { readonly at: number; readonly for: number };
  /** The server sends data this often. */
  readonly peerTalksEvery?: number;
  /** The server ends at once whatever it accepts beyond so many. */
  readonly serverTakes?: { readonly connections: number; readonly then: 'fin' | 'reset' };
  /** Something drops keepalive probes, wherever they go. */
  readonly dropsProbes?: boolean;
  /** The server's kernel sends a keepalive probe this often. */
  readonly peerProbesEvery?: number;
  readonly greeting?: Uint8Array;
  readonly dialling?: 'refused' | 'timed-out';
  /** Descriptors that this machine has: one more open connection fails with EMFILE. */
  readonly descriptors?: number;
  /** One connection, by the order of dialling from 0, is silently lost at this moment: an accident. */
  readonly accident?: { readonly connection: number; readonly at: number };
}

export interface Middlebox {
  readonly idleSeconds: number;
  /** Each connection is forgotten later than that by up to so much, as where expired ones are collected now and then. */
  readonly jitterSeconds?: number;
  /** `closes-at-expiry`: with a FIN, as a proxy does. */
  readonly onExpiry: 'silent' | 'reset-on-next-packet' | 'reset-at-expiry' | 'closes-at-expiry';
  /** Keepalive probes pass it, but keep nothing awake. */
  readonly countsPayloadOnly?: boolean;
  /** It forgets after so long what was sent again and again without an answer, as Linux does after 300 s. */
  readonly unansweredSeconds?: number;
  /** Where it is, from 1; the last one is the server's own firewall. 1 when left out. */
  readonly hop?: number;
}

export interface MemoryNat {
  readonly dial: Dial;
  /** What root would hear of the connections: SYN-ACKs of the server, resets of whoever sent them. */
  readonly witness: Witness;
  /** Connections that came about, in the order of dialling. */
  readonly connections: readonly MemoryConnection[];
  /** Most connections that were open at one moment. */
  readonly mostOpen: number;
  /** Calls of dial, those that failed included; of those with a hop limit only the ones that came about. */
  readonly dialled: number;
}

export interface MemoryConnection extends Connection {
  /** Milliseconds of the clock; null while it stands. */
  readonly closedAtMs: number | null;
}

/** Retransmissions of a SYN (RFC 6298): after 1 s and after 3 s. */
const SYN_AT_MS = [0, 1000, 3000];
const HOPS = 3;
const FIRST_PORT = 40_000;
const INITIAL_TTL = 64;
/** nf_conntrack_tcp_max_retrans */
const MOST_SENT_AGAIN = 3;
/** The kernel tells ages in jiffies: they are off by up to one (CONFIG_HZ=250). */
const JIFFY_MS = 4;

export function memoryNat(clock: Clock, options: MemoryNatOptions = {}): MemoryNat {
  const startMs = clock.now();
  const connections: SimulatedConnection[] = [];
  const { rttMs = 20, seed = 1, loss = 0 } = options;
  let dialled = 0;
  let failedWithHopLimit = 0;
  let opening = 0;
  let mostOpen = 0;
  const isOpen = (connection: SimulatedConnection): boolean => connection.isOpen();

  const handshake = async (timeoutMs: number, signal: AbortSignal, random: () => number): Promise<string | null> => {
    const sentAt = clock.now();
    if (options.dialling === 'refused') {
      await clock.sleep(rttMs, signal);
      return signal.aborted ? 'ECANCELED' : 'ECONNREFUSED';
    }
    for (const synAfterMs of SYN_AT_MS.filter((afterMs) => afterMs < timeoutMs)) {
      await clock.sleep(sentAt + synAfterMs - clock.now(), signal);
      if (signal.aborted) return 'ECANCELED';
      if (options.dialling === 'timed-out' || isCut(options, clock.now() - startMs) || random() < loss) continue;
      await clock.sleep(rttMs, signal);
      return signal.aborted ? 'ECANCELED' : null;
    }
    await clock.sleep(sentAt + timeoutMs - clock.now(), signal);
    return signal.aborted ? 'ECANCELED' : 'ETIMEDOUT';
  };

  const testimonyOf = (port: number): Testimony | null => {
    const resetBy = connections.find(({ localPort }) => localPort === port)?.resetBy;
    return resetBy === undefined
      ? null
      : { answer: signsFrom(options.hops ?? HOPS), resets: resetBy.map((hop) => signsFrom(hop)) };
  };

  return {
    connections,
    witness: { listenTo() {}, testimonyOf },
    get mostOpen() {
      return mostOpen;
    },
    get dialled() {
      return dialled - failedWithHopLimit;
    },
    async dial({ hopLimit }, timeoutMs, signal) {
      if (hopLimit !== undefined && hopLimit < (options.hops ?? HOPS)) {
        const isLost = seededRandom(seed * 104_729 + hopLimit)() < loss;
        const isTold = !isLost && options.silentRouters !== true;
        await clock.sleep(isTold ? rttMs : timeoutMs, signal);
        if (signal.aborted) return { ok: false, reason: 'local', code: 'ECANCELED' };
        if (!isTold) return { ok: false, reason: 'timed-out', code: 'ETIMEDOUT' };
        const reported = { from: routerAt(hopLimit), type: 11, code: 0, isTimeExceeded: true };
        return { ok: false, reason: 'unreachable', code: 'EHOSTUNREACH', reported };
      }
      const number = dialled++;
      const random = seededRandom(seed * 7919 + number);
      const open = opening + connections.filter(isOpen).length;
      if (open >= (options.descriptors ?? Number.POSITIVE_INFINITY))
        return { ok: false, reason: 'local', code: 'EMFILE' };
      mostOpen = Math.max(mostOpen, open + 1);
      const dialledAt = clock.now();
      opening++;
      const code = await handshake(timeoutMs, signal, random);
      opening--;
      if (code !== null) {
        if (hopLimit !== undefined) failedWithHopLimit++;
        const reason = code === 'ECONNREFUSED' ? 'refused' : code === 'ETIMEDOUT' ? 'timed-out' : 'local';
        return { ok: false, reason, code };
      }
      const lostAt = options.accident?.connection === number ? startMs + options.accident.at * 1000 : null;
      const connection = new SimulatedConnection(clock, options, startMs, FIRST_PORT + number, random, lostAt);
      const { serverTakes } = options;
      if (serverTakes !== undefined && connections.filter(isOpen).length >= serverTakes.connections)
        connection.turnAway(serverTakes.then);
      connections.push(connection);
      return { ok: true, connection, connectMs: clock.now() - dialledAt };
    },
  };
}

/** The address of the router at a hop. */
export function routerAt(hop: number): string {
  return `198.51.100.${hop}`;
}

/** As a packet arrives that a Linux at that hop made. */
function signsFrom(hop: number): SenderSigns {
  return { ttl: INITIAL_TTL - (hop - 1), ipId: 0, dontFragment: true };
}

/** What reaches us: an ACK or data, a reset and the hop that sent it, a FIN. */
interface Arrival {
  readonly atMs: number;
  readonly what: 'heard' | 'greeting' | 'reset' | 'fin';
  readonly hop?: number;
}

class SimulatedConnection implements MemoryConnection {
  readonly localPort: number;
  /** Hops that the resets came from. */
  readonly resetBy: number[] = [];
  closedAtMs: number | null = null;
  readonly #clock: Clock;
  readonly #options: MemoryNatOptions;
  readonly #startMs: number;
  readonly #random: () => number;
  readonly #rttMs: number;
  readonly #openedAtMs: number;
  readonly #lostAtMs: number | null;
  readonly #inFlight: Arrival[] = [];
  #doneUntilMs: number;
  #heardAtMs: number;
  #greeting = new Uint8Array(0);
  #ending: Ending | null = null;
  readonly #boxes: {
    readonly box: Middlebox;
    readonly rememberedMs: number;
    touchedMs: number;
    forgot: boolean;
    unanswered: number;
  }[];
  #hopLimit = Number.POSITIVE_INFINITY;
  #serverGone = false;
  #finSent = false;
  #talksAtMs: number;
  #probesAtMs: number;
  #probedAtMs = Number.NEGATIVE_INFINITY;
  #probing: { limit: number; everyMs: number; nextMs: number } | null = null;
  #unanswered = 0;
  #softError: string | null = null;

  constructor(
    clock: Clock,
    options: MemoryNatOptions,
    startMs: number,
    localPort: number,
    random: () => number,
    lostAtMs: number | null,
  ) {
    this.localPort = localPort;
    const now = clock.now();
    this.#clock = clock;
    this.#options = options;
    this.#startMs = startMs;
    this.#random = random;
    this.#rttMs = options.rttMs ?? 20;
    this.#lostAtMs = lostAtMs;
    this.#openedAtMs = this.#doneUntilMs = this.#heardAtMs = now;
    // The last packet of the handshake is our ACK, which is at the middlebox half a round trip later at most.
    const boxes = [...(options.nat ? [options.nat] : []), ...(options.farther ?? [])];
    this.#boxes = boxes.map((box) => {
      const { idleSeconds, jitterSeconds = 0 } = box;
      const lateSeconds = jitterSeconds === 0 ? 0 : jitterSeconds * random();
      return {
        box,
        rememberedMs: (idleSeconds + lateSeconds) * 1000,
        touchedMs: this.#theirs(now),
        forgot: false,
        unanswered: 0,
      };
    });
    this.#talksAtMs = now + (options.peerTalksEvery ?? Number.POSITIVE_INFINITY) * 1000;
    this.#probesAtMs = now + (options.peerProbesEvery ?? Number.POSITIVE_INFINITY) * 1000;
    if (options.greeting) this.#inFlight.push({ atMs: now + this.#rttMs / 2, what: 'greeting' });
  }

  isOpen(): boolean {
    this.#advance();
    return this.closedAtMs === null;
  }

  state(): ConnectionState {
    this.#advance();
    const greeting = this.#greeting;
    const ending = this.#ending;
    if (ending !== null) {
      const { idleMs } = ending;
      return { idleMs, silentMs: idleMs, lastHeardMs: idleMs, greeting, ending };
    }
    const age = jiffies(this.#clock.now()) - jiffies(this.#heardAtMs);
    const silentMs = Math.min(age, this.#clock.now() - this.#probedAtMs);
    return { idleMs: age, silentMs, lastHeardMs: age, greeting, ending };
  }

  startProbing(unanswered: number, everySeconds = 1): void {
    this.#advance();
    if (this.#ending !== null) return;
    const everyMs = everySeconds * 1000;
    this.#probing = { limit: unanswered, everyMs, nextMs: Math.max(this.#clock.now(), this.#heardAtMs + everyMs) };
    this.#advance();
  }

  setHopLimit(hops: number | null): void {
    this.#advance();
    this.#hopLimit = hops ?? Number.POSITIVE_INFINITY;
  }

  turnAway(how: 'fin' | 'reset'): void {
    this.#serverGone = true;
    this.#send(how, this.#clock.now() + this.#rttMs);
  }

  stopProbing(): void {
    this.#advance();
    this.#probing = null;
  }

  close(): void {
    this.#advance();
    if (this.#ending === null) this.#end(this.#clock.now(), 'closed-by-peer', null);
  }

  /** Everything that has happened by now, in the order in which it happened. */
  #advance(): void {
    const now = this.#clock.now();
    while (this.#ending === null) {
      const next = this.#nextEvent();
      if (next.atMs > now) break;
      this.#doneUntilMs = Math.max(this.#doneUntilMs, next.atMs);
      next.happen();
    }
  }

  #nextEvent(): { readonly atMs: number; readonly happen: () => void } {
    const { serverClosesAfter, serverRestartsAt } = this.#options;
    const never = Number.POSITIVE_INFINITY;
    const arrival = this.#inFlight.toSorted((a, b) => a.atMs - b.atMs)[0];
    const restartsAtMs = serverRestartsAt === undefined ? never : this.#startMs + serverRestartsAt * 1000;
    const expiries = this.#boxes
      .filter(({ box, forgot }) => box.onExpiry.endsWith('-at-expiry') && !forgot)
      .map(({ rememberedMs, touchedMs }) => this.#ours(touchedMs + rememberedMs));
    const expiresAtMs = Math.min(...expiries, never);
    const restarts = !this.#serverGone && restartsAtMs > this.#openedAtMs;
    const closesAtMs = this.#finSent
      ? never
      : this.#ours(this.#theirs(this.#openedAtMs) + (serverClosesAfter ?? never) * 1000);
    const events = [
      { atMs: arrival?.atMs ?? never, happen: () => this.#arrive(arrival as Arrival) },
      { atMs: this.#probing?.nextMs ?? never, happen: () => this.#keepaliveTimer(this.#probing?.nextMs as number) },
      { atMs: this.#talksAtMs, happen: () => this.#peerTalks() },
      { atMs: this.#probesAtMs, happen: () => this.#peerProbes() },
      { atMs: closesAtMs, happen: () => this.#serverCloses(closesAtMs) },
      { atMs: restarts ? restartsAtMs : never, happen: () => this.#serverRestarts(restartsAtMs) },
      { atMs: expiresAtMs, happen: () => this.#boxesEnd(expiresAtMs) },
    ];
    return events.reduce((first, event) => (event.atMs < first.atMs ? event : first));
  }

  #arrive(arrival: Arrival): void {
    this.#inFlight.splice(this.#inFlight.indexOf(arrival), 1);
    if (arrival.what === 'reset') this.resetBy.push(arrival.hop ?? this.#serverHop);
    if (arrival.what === 'reset') this.#end(arrival.atMs, 'reset', 'ECONNRESET');
    if (arrival.what === 'fin') this.#end(arrival.atMs, 'closed-by-peer', null);
    if (this.#ending !== null) return;
    if (arrival.what === 'greeting') this.#greeting = (this.#options.greeting ?? new Uint8Array(0)).slice(0, 255);
    this.#heardAtMs = arrival.atMs;
    this.#unanswered = 0;
    this.#softError = null;
  }

  /** As in the kernel's tcp_keepalive_timer(), with the same time for both the idle time and the interval. */
  #keepaliveTimer(atMs: number): void {
    const probing = this.#probing;
    if (probing === null) return;
    const dueMs = this.#heardAtMs + probing.everyMs;
    if (atMs < dueMs) {
      probing.nextMs = dueMs;
      return;
    }
    // With the most that it counts, the kernel goes by a time instead (TCP_USER_TIMEOUT), which is far off.
    if (probing.limit < MOST_UNANSWERED && this.#unanswered >= probing.limit) {
      this.#end(atMs, this.#softError === null ? 'unanswered' : 'unreachable', this.#softError ?? 'ETIMEDOUT');
      return;
    }
    this.#unanswered++;
    probing.nextMs = atMs + probing.everyMs;
    this.#sendProbe(atMs);
  }

  #sendProbe(atMs: number): void {
    if (this.#options.dropsProbes) return;
    const outage = this.#outageAt(atMs);
    if (outage?.unreachable) this.#softError = 'EHOSTUNREACH';
    const isLost = this.#random() < (this.#options.loss ?? 0);
    const isLostBehindNat = isLost && this.#random() < 0.5;
    if (outage || (isLost && !isLostBehindNat) || this.#isAccident(atMs)) return;
    const stoppedBy = this.#stoppedBy(atMs, this.#hopLimit, false);
    if (stoppedBy !== null) {
      if (stoppedBy.onExpiry === 'reset-on-next-packet')
        this.#send('reset', atMs + this.#rttMs / 2, stoppedBy.hop ?? 1);
      return;
    }
    const isAnswered = this.#hopLimit >= (this.#options.hops ?? HOPS);
    for (const state of this.#boxes) state.unanswered = isAnswered ? 0 : state.unanswered + 1;
    if (isLostBehindNat || this.#hopLimit < (this.#options.hops ?? HOPS)) return;
    this.#send(this.#serverGone ? 'reset' : 'heard', atMs + this.#rttMs);
  }

  #peerTalks(): void {
    const atMs = this.#talksAtMs;
    this.#talksAtMs += (this.#options.peerTalksEvery as number) * 1000;
    if (!this.#serverGone && this.#stoppedBy(atMs) === null && !this.#isAccident(atMs))
      this.#send('heard', atMs + this.#rttMs / 2);
  }

  /** Our kernel answers it, and takes it for nothing that was heard. */
  #peerProbes(): void {
    const atMs = this.#probesAtMs;
    this.#probesAtMs += (this.#options.peerProbesEvery as number) * 1000;
    if (!this.#serverGone && this.#stoppedBy(atMs) === null && !this.#isAccident(atMs)) this.#probedAtMs = atMs;
  }

  /** A FIN is sent again until it comes through; where the middlebox has forgotten the connection it never does. */
  #serverCloses(atMs: number): void {
    this.#finSent = true;
    if (this.#options.serverResets === true) this.#serverGone = true;
    if (this.#stoppedBy(atMs) !== null || this.#isAccident(atMs)) return;
    if (this.#options.serverResets === true) {
      this.#send('reset', atMs + this.#rttMs / 2);
      return;
    }
    let arrivesAtMs = atMs + this.#rttMs / 2;
    while (this.#outageAt(arrivesAtMs)) arrivesAtMs += 200;
    this.#inFlight.push({ atMs: arrivesAtMs, what: 'fin' });
  }

  #serverRestarts(atMs: number): void {
    this.#serverGone = true;
    if (this.#stoppedBy(atMs) === null && !this.#isAccident(atMs)) this.#send('reset', atMs + this.#rttMs / 2);
  }

  #boxesEnd(atMs: number): void {
    for (const state of this.#boxes) {
      if (state.forgot || state.touchedMs + state.rememberedMs > this.#theirs(atMs)) continue;
      state.forgot = true;
      if (!state.box.onExpiry.endsWith('-at-expiry')) continue;
      const what = state.box.onExpiry === 'closes-at-expiry' ? 'fin' : 'reset';
      this.#send(what, atMs + this.#rttMs / 2, state.box.hop ?? 1);
    }
  }

  #send(what: Arrival['what'], arrivesAtMs: number, hop = this.#serverHop): void {
    if (!this.#outageAt(arrivesAtMs)) this.#inFlight.push({ atMs: arrivesAtMs, what, hop });
  }

  get #serverHop(): number {
    return this.#options.hops ?? HOPS;
  }

  /** The middlebox that no longer knows the connection; those that do start to count anew. */
  #stoppedBy(atMs: number, hopLimit = Number.POSITIVE_INFINITY, isPayload = true): Middlebox | null {
    for (const state of this.#boxes) {
      if ((state.box.hop ?? 1) > hopLimit) continue;
      const { unansweredSeconds = Number.POSITIVE_INFINITY } = state.box;
      const impatientMs = state.unanswered > MOST_SENT_AGAIN ? unansweredSeconds * 1000 : Number.POSITIVE_INFINITY;
      if (this.#theirs(atMs) - state.touchedMs > Math.min(state.rememberedMs, impatientMs)) state.forgot = true;
      if (state.forgot) return state.box;
      if (isPayload || !state.box.countsPayloadOnly) state.touchedMs = this.#theirs(atMs);
    }
    return null;
  }

  /** Time of those who are not suspended, and from it our own: what comes while we sleep is there when we wake. */
  #theirs(ourMs: number): number {
    const { suspended } = this.#options;
    return suspended !== undefined && ourMs > this.#startMs + suspended.at * 1000
      ? ourMs + suspended.for * 1000
      : ourMs;
  }

  #ours(theirMs: number): number {
    const { suspended } = this.#options;
    const sleepsAtMs = this.#startMs + (suspended?.at ?? Number.POSITIVE_INFINITY) * 1000;
    return theirMs <= sleepsAtMs ? theirMs : Math.max(sleepsAtMs + 1, theirMs - (suspended?.for ?? 0) * 1000);
  }

  #isAccident(atMs: number): boolean {
    return this.#lostAtMs !== null && atMs >= this.#lostAtMs;
  }

  #outageAt(atMs: number) {
    const seconds = (atMs - this.#startMs) / 1000;
    return this.#options.outages?.find(({ from, to }) => seconds >= from && seconds < to);
  }

  #end(atMs: number, how: Ending['how'], code: string | null): void {
    this.#ending = { how, code, idleMs: atMs - this.#heardAtMs, atMs };
    this.closedAtMs = atMs;
  }
}

function isCut({ outages }: MemoryNatOptions, sinceStartMs: number): boolean {
  return outages?.some(({ from, to }) => sinceStartMs >= from * 1000 && sinceStartMs < to * 1000) ?? false;
}

function jiffies(ms: number): number {
  return Math.floor(ms / JIFFY_MS) * JIFFY_MS;
}
