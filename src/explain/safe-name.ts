// Names out of messages and logs that may stand in a command, which somebody will paste into a shell.

const HOST = /^[\w:.%][\w:.%-]{0,252}$/;
const USER = /^[a-z_][\w.-]{0,31}$/i;

/** null unless it is plain: no shell would take it for anything but a word, and no program for an option. */
export function safeHost(name: string | null | undefined): string | null {
  return name != null && HOST.test(name) ? name : null;
}

/** The same for a login name. */
export function safeUser(name: string | null | undefined): string | null {
  return name != null && USER.test(name) ? name : null;
}
