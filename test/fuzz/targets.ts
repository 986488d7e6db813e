// Everything that reads bytes or text from outside, with something valid to begin from.

import { MESSAGES } from './messages.ts';
import { PACKETS } from './packets.ts';
import { PROGRAMS } from './programs.ts';
import { REPORTS } from './reports.ts';
import type { FuzzTarget } from './target.ts';

export const TARGETS: readonly FuzzTarget[] = [...PACKETS, ...PROGRAMS, ...MESSAGES, ...REPORTS];
