// What of the environment programs are given that netcheck starts: a short list, the same for all of them.

import { type UserInfo, userInfo } from 'node:os';

/**
 * Who and where one is (environ(7), locale(7)); what netcheck itself reads; and what ssh needs to log in as always: its
 * agent and its ways of asking (ssh(1), ssh-add(1)), Kerberos tickets (kerberos(7)).
 */
const ALLOWED = new Set(
  `PATH HOME USER LOGNAME SHELL TERM COLUMNS LINES NO_COLOR LANG LANGUAGE TZ TMPDIR SUDO_UID SUDO_GID SUDO_USER
   XDG_CONFIG_HOME XDG_RUNTIME_DIR SSH_AUTH_SOCK SSH_ASKPASS SSH_ASKPASS_REQUIRE SSH_SK_PROVIDER SSH_CONNECTION SSH_TTY
   DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS GPG_TTY KRB5CCNAME KRB5_CONFIG`.split(/\s+/),
);

/** Takes everything else out of `env`, once, before anything is started: what is not there no child inherits. */
export function restrictEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) if (!ALLOWED.has(name) && !name.startsWith('LC_')) delete env[name];
}

/**
 * `env` with home, names and shell of this process's effective user as the password database has them, which is where
 * OpenSSH looks: sudo may have left root's.
 */
export function environmentOfUser(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  let user: UserInfo<string>;
  try {
    user = userInfo();
  } catch {
    // The system does not know them, nor does ssh, which will say so.
    return { ...env };
  }
  const { username, homedir, shell } = user;
  // ssh gives Match exec and ProxyCommand to SHELL: an account that may not log in has none that runs a command.
  const SHELL = shell === null || /(?:nologin|false)$/.test(shell) ? '/bin/sh' : shell;
  return { ...env, HOME: homedir, USER: username, LOGNAME: username, SHELL };
}

/**
 * Calls what starts a program with English words and C numbers (locale(7)) in `env`, which is as it was afterwards: for
 * packages that hand on the environment of the process.
 */
export function inEnglish<T>(env: NodeJS.ProcessEnv, start: () => T): T {
  const before = { LANG: env.LANG, LC_ALL: env.LC_ALL };
  Object.assign(env, { LANG: 'C', LC_ALL: 'C' });
  try {
    return start();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
  }
}
