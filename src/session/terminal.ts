// Whether somebody is there whom ssh can ask: it does so on the terminal that controls the process, past its own input and output.

import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/** A terminal at our input that this process has for itself: in the background, asking would stop it (SIGTTIN). */
export function canAsk(): boolean {
  if (!isatty(0)) return false;
  try {
    return isInForeground(readFileSync('/proc/self/stat', 'latin1'));
  } catch {
    return false;
  }
}

/** proc(5), /proc/pid/stat: after the name in brackets state, ppid, pgrp, session, tty_nr, tpgid. */
export function isInForeground(stat: string): boolean {
  const [, , pgrp, , tty, tpgid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return tty !== undefined && tty !== '0' && pgrp === tpgid;
}
