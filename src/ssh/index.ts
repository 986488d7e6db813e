// ssh: what netcheck knows of SSH servers and their settings.

export { sshIdentification } from './greeting.ts';
export { identifySshServer, type SshIdentity } from './host-key.ts';
export type { HostKey } from './key-exchange.ts';
export {
  UNAUTHENTICATED_CONNECTIONS,
  UNAUTHENTICATED_IDLE_SECONDS,
  UNAUTHENTICATED_SECONDS,
} from './unauthenticated.ts';
