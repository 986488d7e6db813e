// Where evidence holds names: what stands at these keys is one, whatever it looks like.

import type { Names } from './names.ts';

/** Also of kinds that this version does not know yet. */
export function learnNames(value: unknown, names: Names, key = ''): void {
  if (typeof value === 'string') learnAt(key, value, names);
  else if (Array.isArray(value)) for (const item of value) learnNames(item, names, key);
  else if (value !== null && typeof value === 'object') {
    const { kind, check } = value as { kind?: unknown; check?: unknown };
    for (const [name, item] of Object.entries(value)) {
      const isFile = name === 'target' && (check === 'read' || kind === 'arp-sweep');
      learnNames(item, names, isFile ? 'path' : name);
    }
  }
}

function learnAt(key: string, text: string, names: Names): void {
  switch (key) {
    case 'host':
    case 'hostname':
    case 'target':
    case 'sweep':
    case 'proxyJump':
    case 'names':
      for (const one of text.split(',')) learnDestination(one, names);
      return;
    case 'user':
      names.learn(text, 'user');
      return;
    case 'interface':
      names.learn(text, 'interface');
      return;
    case 'path':
    case 'chrootDirectory':
      for (const folder of text.split('/')) learnFolder(folder, names);
  }
}

/** `[ssh://][user@]host[:port]`, brackets around an IPv6 address; networks and ranges are none. */
function learnDestination(text: string, names: Names): void {
  const bare = text.replace(/^ssh:\/\//, '');
  const at = bare.lastIndexOf('@');
  if (at > 0) names.learn(bare.slice(0, at), 'user');
  const host = bare
    .slice(at + 1)
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
  if (host.includes('/')) for (const folder of host.split('/')) learnFolder(folder, names);
  else if (!/^[\d.-]*$/.test(host)) names.learn(host, 'host');
}

/** Of a file's name the ending says what it is, and nobody's name. */
function learnFolder(text: string, names: Names): void {
  if (!/^[\d.-]*$/.test(text)) names.learn(text.replace(/\.[a-z]{1,6}$/, ''), 'folder');
}
