// Inputs for readers of JSON: the same document with some of its values changed, which bytes changed at random seldom are.

const HARD_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e308,
  2 ** 53,
  '',
  '*'.repeat(30),
  '\x1b[2J\u202e\n',
  '10.0.0.5',
  '999.999.999.999',
  '2001:db8::5',
  '02:00:00:00:00:01',
  'arp-claims',
  [],
  {},
  [[]],
];

const FACTORS = [2, -1, 1000, 0.001];

/** One to six changes to the values of a document; `json` is valid. */
export function mutateJson(json: string, random: () => number): string {
  const pick = (below: number): number => Math.floor(random() * below);
  const root = { document: JSON.parse(json) as unknown };
  for (let changes = 1 + pick(6); changes > 0; changes--) {
    const places = placesIn(root);
    const place = places[pick(places.length)];
    // All of it was taken out.
    if (place === undefined) break;
    const { holder, key } = place;
    change(holder, key, pick, places);
  }
  return JSON.stringify(root.document ?? null);
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Every value, by what holds it. */
function placesIn(value: unknown): Place[] {
  if (value === null || typeof value !== 'object') return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

function change(
  holder: Record<string, unknown>,
  key: string,
  pick: (below: number) => number,
  places: readonly Place[],
): void {
  const value = holder[key];
  switch (pick(6)) {
    case 0:
      holder[key] = HARD_VALUES[pick(HARD_VALUES.length)];
      return;
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      return;
    case 2:
      if (typeof value === 'number') holder[key] = value * (FACTORS[pick(FACTORS.length)] as number);
      else if (typeof value === 'boolean') holder[key] = !value;
      else if (typeof value === 'string') holder[key] = value.slice(pick(value.length + 1));
      return;
    case 3:
      // Once more, as another item: ids and times come twice.
      if (Array.isArray(value) && value.length > 0) value.push(structuredClone(value[pick(value.length)]));
      return;
    default: {
      const other = places[pick(places.length)] as Place;
      // A copy: a document that holds itself has no end.
      holder[key] = structuredClone(other.holder[other.key]);
    }
  }
}
