// Which of the places where frames are heard, an interface and a VLAN on it each, are one network: a bridge and its ports are,
// and so are an interface's VLAN and the interface that is made of it.

/** More than anybody listens at, and a bound for captures that were made up: what is beyond is taken for the first. */
const MOST_PLACES = 4096;

export class Networks {
  readonly #places = new Map<string, number>();
  /** Of each place another one in its network, that was known before it; itself where there is none. */
  readonly #sameAs: number[] = [];
  #firstInterface: number | null = null;
  /** Most frames come from where the one before came from. */
  #last: { readonly interfaceId: number; readonly vlanId: number | null; readonly place: number } | null = null;
  /** There is more than one interface: else a place is a VLAN. */
  areOfSeveralInterfaces = false;

  /** Its number, from 0. */
  place(interfaceId: number, vlanId: number | null): number {
    const last = this.#last;
    if (last?.interfaceId === interfaceId && last.vlanId === vlanId) return last.place;
    const place = this.#find(interfaceId, vlanId);
    this.#last = { interfaceId, vlanId, place };
    return place;
  }

  #find(interfaceId: number, vlanId: number | null): number {
    this.#firstInterface ??= interfaceId;
    if (interfaceId !== this.#firstInterface) this.areOfSeveralInterfaces = true;
    const name = `${interfaceId}/${vlanId}`;
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.#places.size;
    if (place === MOST_PLACES) return 0;
    this.#places.set(name, place);
    this.#sameAs.push(place);
    return place;
  }

  /** A number that all places of its network have in common. */
  of(place: number): number {
    let at = place;
    while (this.#sameAs[at] !== at) at = this.#sameAs[at] as number;
    return at;
  }

  /** One machine was heard at both, with the same address. */
  unite(one: number, other: number): void {
    if (one === other) return;
    const [a, b] = [this.of(one), this.of(other)];
    this.#sameAs[Math.max(a, b)] = Math.min(a, b);
  }
}
