// Whom ssh is to log in to, as people type it: [user@]host[:port].

import { parseHost, refuseSpecial, refuseZone } from './host-target.ts';
import { UsageError } from './usage.ts';

export interface Destination {
  /** null: as the user's configuration says. */
  readonly user: string | null;
  /** A name, an alias of the user's configuration or an address. */
  readonly host: string;
  /** null: as the user's configuration says. */
  readonly port: number | null;
}

/** `option` is what it was given to, for the message. @throws UsageError */
export function parseDestination(option: string, text: string): Destination {
  const usage = (problem: string): UsageError => new UsageError(`${option} ${text}: ${problem}`.trimStart());
  refuseZone(option, text);
  // A user's name may hold an @ itself.
  const at = text.lastIndexOf('@');
  const user = at < 0 ? null : text.slice(0, at);
  const endpoint = text.slice(at + 1);
  // An IPv6 address without brackets has colons of its own, and no port.
  const [, named, written] = /^(\[[^\]]+\]|[^:[\]]+)(?::([^:]*))?$/.exec(endpoint) ?? [];
  const host = parseHost(named ?? endpoint);
  // What begins with a hyphen would be an option of ssh's.
  if ((user !== null && !/^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(user)) || host === null) {
    throw usage('not a login; write it like alice@example.org or alice@example.org:2222');
  }
  refuseSpecial(text, host);
  if (written === undefined) return { user, host, port: null };
  const port = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  if (port < 1 || port > 65_535) throw usage(`the port must be a number from 1 to 65535, got ${written || 'none'}`);
  return { user, host, port };
}

/** As ssh takes it: without the port. */
export function loginOf({ user, host }: Destination): string {
  return user === null ? host : `${user}@${host}`;
}
