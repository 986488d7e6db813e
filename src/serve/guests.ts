// Who may stay: so many connections in all, and so many for each source, which are then its own affair.

export interface GuestLimits {
  readonly inAll: number;
  readonly perSource: number;
}

/** Let in, perhaps in the place of another one, which the caller closes; or not, because all places are taken. */
export type Admission<G> = { readonly ok: true; readonly evicted: G | null } | { readonly ok: false };

export class Guests<G> {
  readonly #limits: GuestLimits;
  /** In the order of coming. */
  readonly #bySource = new Map<string, Set<G>>();
  #count = 0;

  constructor(limits: GuestLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * A source that has all its places gets another one for its oldest. What a forgetful path cut off stays here until its
   * lifetime ends, because nobody can tell us that it is gone; refusing would lock such a source out after a few runs.
   */
  admit(source: string, guest: G): Admission<G> {
    const known = this.#bySource.get(source) ?? new Set<G>();
    const [oldest] = known;
    const evicted = oldest !== undefined && known.size >= this.#limits.perSource ? oldest : null;
    if (evicted !== null) this.leave(source, evicted);
    else if (this.#count >= this.#limits.inAll) return { ok: false };
    this.#bySource.set(source, known.add(guest));
    this.#count++;
    return { ok: true, evicted };
  }

  /** Does nothing when it has left before. */
  leave(source: string, guest: G): void {
    const known = this.#bySource.get(source);
    if (!known?.delete(guest)) return;
    this.#count--;
    if (known.size === 0) this.#bySource.delete(source);
  }
}
