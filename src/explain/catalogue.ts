// Every message that netcheck knows, in the order in which they are looked for: what says more comes first.

import { CLIENT_MESSAGES } from './client-messages.ts';
import { CONNECT_MESSAGES } from './connect-messages.ts';
import { INNOCENT_PATH_MESSAGES } from './innocent-path-messages.ts';
import type { Message } from './message.ts';
import { SERVER_MESSAGES } from './server-messages.ts';
import { SHORT_MESSAGES } from './short-messages.ts';

export const CATALOGUE: readonly Message[] = [
  ...SERVER_MESSAGES,
  ...CONNECT_MESSAGES,
  ...CLIENT_MESSAGES,
  ...INNOCENT_PATH_MESSAGES,
];

/** What to look for in text that a person pasted. A log has whole messages only. */
export const CATALOGUE_FOR_PASTED: readonly Message[] = [...CATALOGUE, ...SHORT_MESSAGES];
