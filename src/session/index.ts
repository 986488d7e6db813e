// session: logged-in SSH sessions as connections to be measured and partners to be spoken to.

export { type FirstHop, type FirstHopResult, firstHop } from './first-hop.ts';
export type { Refusal } from './refusal.ts';
export type { ServerKeepalive } from './server-keepalive.ts';
export { type Sessions, type Ssh, settingsOf, systemSsh } from './sessions.ts';
export type { Survey } from './survey.ts';
export type { WatchedShell } from './watched-shell.ts';
