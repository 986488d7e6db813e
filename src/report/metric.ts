// The figures of a check, with the labels by which graphs know them: the same ones measured or not.

export interface Metric {
  readonly label: string;
  /** What it is about; part of the label where there are several. */
  readonly subject: string;
  /** null: not measured. */
  readonly value: number | null;
  readonly unit: '%' | 'ms' | 's' | 'B' | '';
  readonly most?: number;
}

type Figure = number | null;

export function hostMetrics(subject: string, lossPercent: Figure = null, rttMs: Figure = null): Metric[] {
  return [
    { label: 'loss', subject, value: lossPercent, unit: '%', most: 100 },
    { label: 'rtt', subject, value: rttMs, unit: 'ms' },
  ];
}

export function pingSweepMetrics(subject: string, answered: Figure = null, asked?: number): Metric[] {
  return [{ label: 'answered', subject, value: answered, unit: '', ...(asked === undefined ? {} : { most: asked }) }];
}

export function addressMetrics(subject: string, machines: Figure = null): Metric[] {
  return [{ label: 'machines', subject, value: machines, unit: '' }];
}

export function arpSweepMetrics(subject: string, addresses: Figure = null, shared: Figure = null): Metric[] {
  return [
    { label: 'addresses', subject, value: addresses, unit: '' },
    { label: 'shared', subject, value: shared, unit: '' },
  ];
}

export function hopMetrics(subject: string, hops: Figure = null, lossPercent: Figure = null): Metric[] {
  return [
    { label: 'hops', subject, value: hops, unit: '' },
    { label: 'path_loss', subject, value: lossPercent, unit: '%', most: 100 },
  ];
}

export function mtuMetrics(subject: string, mtuBytes: Figure = null): Metric[] {
  return [{ label: 'mtu', subject, value: mtuBytes, unit: 'B' }];
}

export function connectMetrics(subject: string, connectMs: Figure = null): Metric[] {
  return [{ label: 'connect', subject, value: connectMs, unit: 'ms' }];
}

/** `which` of the ladders: behind a hop, or with the far side speaking first. */
export function idleMetrics(subject: string, expired: Figure = null, survived: Figure = null, which = ''): Metric[] {
  return [
    { label: `idle_timeout${which}`, subject, value: expired, unit: 's' },
    { label: `idle_survived${which}`, subject, value: survived, unit: 's' },
  ];
}

/** The label without what depends on what was found: `idle_timeout` of `idle_timeout_in_beyond_2`. */
export function plainLabel(label: string): string {
  return label.replace(/(?:_in)?(?:_beyond_\d+)?$/, '');
}
