// serve: the partner on the far host, which speaks first when it is asked to.

export { CannotListen } from './cannot-listen.ts';
export { LineReader } from './line-reader.ts';
export {
  BANNER,
  CONNECTIONS_PER_SOURCE,
  encodeSpeak,
  isPartnerGreeting,
  SHORTEST_SPEAK_SECONDS,
  SPOKEN,
} from './protocol.ts';
export { type ServeLog, type ServeOptions, serve } from './serve.ts';
