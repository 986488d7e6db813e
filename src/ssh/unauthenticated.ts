// What one may ask of sshd without logging in, so that measuring neither disturbs others nor locks the asker out.
//
// sshd_config(5), OpenSSH 10.5: LoginGraceTime 120 s counts from the connect; MaxStartups 10:30:100 drops other people's
// logins at random beyond 10 connections; PerSourcePenalties (9.8+) adds 1 s for each connection that never
// authenticates and 10 s for each that reaches LoginGraceTime, and refuses the source above 15 s.

export const UNAUTHENTICATED_CONNECTIONS = 5;
/** All connections are closed by then, counted from the first: clear of LoginGraceTime. */
export const UNAUTHENTICATED_SECONDS = 100;
/** Longest idle time that can be asked about within it: the answer needs 3 s, opening and closing a few more. */
export const UNAUTHENTICATED_IDLE_SECONDS = 90;
