// One logged-in session: ssh, which says and hears everything through us, and the TCP connection that carries it. It is a
// connection to be measured and a partner to be spoken to, at the same time.

import type { ChildProcess } from 'node:child_process';
import type { Server, Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { LineReader } from '../serve/index.ts';
import type { Carrier, Connection, ConnectionState, Ending, PartnerConnection } from '../tcp/index.ts';
import type { FailedLogin } from './refusal.ts';

/** How long an ssh whose connection has ended may take to say why. */
const LAST_WORDS_MS = 2000;
/** More than ssh says, and more than a login shell greets with; what says more is not listened to. */
const MOST_TEXT = 64 * 1024;
/** What came from the server and ssh has not read yet: it reads all that a login needs at once. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;
/** A partner says one line and waits. */
const MOST_UNREAD_LINES = 8;
/** What ssh says and hears of its own accord after the login is over by then. */
const SETTLING_MS = 1500;
/** What comes closer together belongs together. */
const ONE_BURST_MS = 500;
/** ssh's own failures, whatever they are (ssh(1)). */
const SSH_FAILED = 255;
/** A session that is ended in an orderly way ends within so long of the first word of it. */
const FAREWELL_MS = 2000;

export class Session implements Connection, PartnerConnection {
  readonly localPort: number;
  /** When something came from the server though nobody had spoken, on the clock. */
  readonly unasked: number[] = [];
  readonly #carrier: Carrier;
  readonly #relay: Server;
  readonly #ssh: ChildProcess;
  readonly #banner: string | null;
  readonly #clock: Clock;
  readonly #reader = new LineReader();
  readonly #lines: string[] = [];
  readonly #exited: Promise<void>;
  #toSsh: Socket | null = null;
  #early: Uint8Array[] = [];
  #earlyBytes = 0;
  /** What ended it, where neither ssh nor the path did. */
  #because: string | null = null;
  #complaint = '';
  #noise = '';
  #isNoiseCut = false;
  #loggedInAt: number | null = null;
  #hasSpoken = false;
  /** What was said last has not left ssh yet. */
  #isUnsent = false;
  #activeAt: number;
  /** The last time of nothing at all. */
  #silence = { fromMs: 0, toMs: 0 };
  /** ssh ended by itself, its connection being whole. */
  #left: Ending | null = null;
  #tellLogin: () => void = () => {};

  constructor(carrier: Carrier, relay: Server, ssh: ChildProcess, banner: string | null, clock: Clock) {
    this.localPort = carrier.localPort;
    this.#carrier = carrier;
    this.#relay = relay;
    this.#ssh = ssh;
    this.#banner = banner;
    this.#clock = clock;
    this.#activeAt = clock.now();
    relay.once('connection', (socket) => this.#join(socket));
    this.#exited = new Promise((resolve) => {
      const onExit = (): void => {
        this.#onExit();
        resolve();
      };
      ssh.once('error', onExit).once('close', onExit);
    });
    ssh.stdin?.on('error', () => {});
    ssh.stdout?.on('data', (bytes: Buffer) => this.#hear(bytes));
    ssh.stderr?.setEncoding('latin1').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(0, MOST_TEXT);
    });
    carrier.listen(
      (bytes) => this.#deliver(bytes),
      () => this.#toSsh?.end(),
    );
  }

  /** Resolves once the far side's shell has said the banner: true; or ssh has ended or `signal` aborts: false. */
  async greeted(signal: AbortSignal): Promise<boolean> {
    const loggedIn = new Promise<void>((resolve) => {
      this.#tellLogin = resolve;
    });
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    const cutOff = this.#cutOff(signal);
    await Promise.race([loggedIn, this.#exited, aborted, cutOff]);
    return this.#loggedInAt !== null && this.state().ending === null;
  }

  /** What the far side wrote before its banner, or all of it where it has none; null when it was more than is kept. */
  get preamble(): string | null {
    return this.#isNoiseCut ? null : this.#noise;
  }

  /** With which the far side's command ended, as far as it told: ssh's own 255 is no status of a shell's. null: it did not. */
  get exitStatus(): number | null {
    const { exitCode } = this.#ssh;
    return exitCode === SSH_FAILED ? null : exitCode;
  }

  /** ssh has ended by itself, and by no doing of the path's. */
  get hasLeft(): boolean {
    return this.#left !== null;
  }

  /** Nothing came from the server so far. */
  get isSilent(): boolean {
    return this.#carrier.state().greeting.length === 0;
  }

  /** The server believed who logs in: what is missing is the far side's shell. */
  get isAuthenticated(): boolean {
    return /^Authenticated to /m.test(this.#complaint);
  }

  /** What is to be told of it if no login came of it. */
  get failedLogin(): Omit<FailedLogin, 'wasAsked'> {
    const greeting = Buffer.from(this.#carrier.state().greeting).toString('latin1');
    return { said: this.#because ?? this.#complaint, greeting, answered: this.#noise };
  }

  state(): ConnectionState {
    const state = this.#carrier.state();
    if (this.#left === null) return state;
    const { idleMs } = this.#left;
    return { ...state, idleMs, silentMs: idleMs, lastHeardMs: idleMs, ending: this.#left };
  }

  get ending(): Ending | null {
    return this.state().ending;
  }

  startProbing(unanswered: number, everySeconds?: number): void {
    this.#carrier.startProbing(unanswered, everySeconds);
  }

  stopProbing(): void {
    this.#carrier.stopProbing();
  }

  setHopLimit(hops: number | null): void {
    this.#carrier.setHopLimit(hops);
  }

  isAcknowledged(): boolean {
    return !this.#isUnsent && this.#carrier.isAcknowledged();
  }

  takeLine(): string | null {
    return this.#lines.shift() ?? null;
  }

  sendLine(line: string): void {
    if (this.ending !== null) return;
    this.#hasSpoken = true;
    this.#isUnsent = true;
    this.#ssh.stdin?.write(`${line}\n`);
  }

  close(): void {
    this.#carrier.close();
    this.#ssh.kill();
    this.#toSsh?.destroy();
    this.#relay.close();
  }

  /** Resolves when its ssh is gone. */
  async ended(): Promise<void> {
    await this.#exited;
  }

  #join(socket: Socket): void {
    // The name in the file system is not needed any more, and goes.
    this.#relay.close();
    this.#toSsh = socket.on('error', () => {});
    socket.on('data', (bytes) => {
      this.#note();
      this.#isUnsent = false;
      this.#carrier.send(bytes);
    });
    for (const bytes of this.#early.splice(0)) socket.write(bytes);
    if (this.#carrier.state().ending !== null) socket.end();
  }

  #deliver(bytes: Uint8Array): void {
    const now = this.#clock.now();
    const isSettled = this.#loggedInAt !== null && now - this.#loggedInAt > SETTLING_MS;
    if (isSettled && !this.#hasSpoken && now - this.#activeAt > ONE_BURST_MS) this.unasked.push(now);
    this.#note();
    this.#earlyBytes += bytes.length;
    const unread = this.#toSsh?.writableLength ?? this.#earlyBytes;
    if (unread > MOST_UNREAD_BYTES) this.#flooded();
    else if (this.#toSsh === null) this.#early.push(bytes);
    else this.#toSsh.write(bytes);
  }

  /** It would fill the memory. */
  #flooded(): void {
    this.#early = [];
    this.#because ??= `the server sends faster than ssh reads: ${MOST_UNREAD_BYTES / 2 ** 20} MB are unread`;
    this.close();
  }

  #note(): void {
    const now = this.#clock.now();
    if (now - this.#activeAt > ONE_BURST_MS) this.#silence = { fromMs: this.#activeAt, toMs: now };
    this.#activeAt = now;
  }

  #hear(bytes: Buffer): void {
    if (this.#loggedInAt !== null && this.#banner !== null) {
      this.#read(bytes);
      return;
    }
    // A login shell may say something first.
    const noise = this.#noise + bytes.toString('latin1');
    this.#isNoiseCut ||= noise.length > MOST_TEXT;
    this.#noise = noise.slice(-MOST_TEXT);
    const at = this.#banner === null ? 0 : this.#noise.indexOf(`${this.#banner}\r\n`);
    if (at < 0) return;
    this.#loggedInAt ??= this.#clock.now();
    if (this.#banner !== null) {
      this.#read(Buffer.from(this.#noise.slice(at), 'latin1'));
      this.#noise = this.#noise.slice(0, at);
    }
    this.#tellLogin();
  }

  #read(bytes: Uint8Array): void {
    this.#lines.push(...this.#reader.push(bytes).slice(0, MOST_UNREAD_LINES - this.#lines.length));
  }

  /** ssh says why when it is let. */
  async #cutOff(signal: AbortSignal): Promise<void> {
    while (this.#carrier.state().ending === null && !signal.aborted) await this.#clock.sleep(ONE_BURST_MS, signal);
    await this.#clock.sleep(LAST_WORDS_MS, signal);
  }

  #onExit(): void {
    // A status is the far side's last word: then an end of the connection only followed it.
    if (this.#carrier.state().ending === null || this.exitStatus !== null) {
      // The server's farewell is no activity: what counts is the silence before it.
      const atMs = this.#clock.now();
      const { fromMs, toMs } = this.#silence;
      const idleMs = atMs - toMs < FAREWELL_MS ? toMs - fromMs : atMs - this.#activeAt;
      this.#left = { how: 'closed-by-peer', code: null, idleMs, atMs };
    }
    this.close();
  }
}
