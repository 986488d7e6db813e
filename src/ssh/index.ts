// ssh: what netcheck knows of SSH servers and their settings.

export { type Account, chrootProblem, expandChroot, type PathComponent } from './chroot-path.ts';
export { type ClientSettings, parseClientSettings } from './client-settings.ts';
export { sshIdentification } from './greeting.ts';
export { identifySshServer, type SshIdentity } from './host-key.ts';
export type { HostKey } from './key-exchange.ts';
export { type Login, loginWords } from './login.ts';
export { parseServerSettings, type ServerSettings } from './server-settings.ts';
export {
  account,
  type Printed,
  printClientSettings,
  printServerSettings,
  readChrootPath,
} from './settings-programs.ts';
export { type ConfigFile, type ConfigReading, readSshdConfig } from './sshd-config.ts';
export {
  UNAUTHENTICATED_CONNECTIONS,
  UNAUTHENTICATED_IDLE_SECONDS,
  UNAUTHENTICATED_SECONDS,
} from './unauthenticated.ts';
