// What a logged-in account can tell of the far side's settings: the timer of its login shell, and sshd's own. Pure.

import { printableAscii } from '../printable.ts';

/**
 * POSIX sh, run before the far side becomes a partner. A line of ours begins with `netcheck-`, what is copied with a bar.
 * Nothing is asked that needs another's rights (sudo would write to a log, and to its master), nothing writes a file.
 *
 * TMOUT is that of an interactive login shell, which reads the profiles as the user's own would: /etc/profile and its
 * folder, ~/.profile, ~/.bashrc, ~/.zshrc. It gets no terminal, no input, and five seconds.
 */
export const SURVEY = `shell=\${SHELL:-/bin/sh}
echo "netcheck-user $(id -un 2>/dev/null)"
echo "netcheck-shell $shell"
bar() { sed "s/^/|/"; }
case $shell in
  *csh | *nologin | *false | *fish) ;;
  *)
    "$shell" -lic "echo netcheck-tmout \\\${TMOUT:-0}" </dev/null 2>/dev/null &
    asked=$!
    (sleep 5; kill $asked) >/dev/null 2>&1 &
    limit=$!
    wait $asked
    kill $limit 2>/dev/null
    ;;
esac
set -- $SSH_CONNECTION
told=
for sshd in /usr/sbin/sshd /usr/local/sbin/sshd /sbin/sshd; do
  [ -x "$sshd" ] || continue
  if told=$("$sshd" -T -C "user=$(id -un),host=$1,addr=$1,laddr=$3,lport=$4" 2>/dev/null); then
    echo netcheck-sshd
    printf "%s\\n" "$told" | bar
    break
  fi
  told=
done
if [ -z "$told" ]; then
  for file in /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf; do
    [ -e "$file" ] || continue
    if [ -r "$file" ]; then
      echo "netcheck-file $file"
      bar <"$file"
    else
      echo "netcheck-closed $file"
    fi
  done
fi
`;

export interface Survey {
  readonly user: string | null;
  /** The login shell's path. */
  readonly shell: string | null;
  /** 0: it waits for ever; null: this shell could not be asked. */
  readonly tmoutSeconds: number | null;
  /** What `sshd -T` printed; null where this account may not run it. */
  readonly dump: string | null;
  /** The files of its configuration, in the order of their names but the main one first. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Those that this account may not read. */
  readonly closed: readonly string[];
  /** It was longer than is read, so that nothing of it can be believed. */
  readonly isCut: boolean;
}

const LONGEST_WORD = 200;

/** Whatever a profile or a banner says in between is passed over; null: there was more of it than is kept. */
export function parseSurvey(text: string | null): Survey {
  if (text === null) {
    return { user: null, shell: null, tmoutSeconds: null, dump: null, files: [], closed: [], isCut: true };
  }
  const words = new Map<string, string>();
  const files: { path: string; lines: string[] }[] = [];
  const closed: string[] = [];
  let dump: string[] | null = null;
  let copied: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('|')) {
      copied.push(line.slice(1));
      continue;
    }
    const [, keyword, rest = ''] = /^netcheck-([a-z]+)(?: (.*))?$/.exec(line) ?? [];
    const value = printableAscii(rest).slice(0, LONGEST_WORD);
    if (keyword === 'sshd' || keyword === 'file') copied = [];
    if (keyword === 'sshd') dump = copied;
    else if (keyword === 'file') files.push({ path: value, lines: copied });
    else if (keyword === 'closed') closed.push(value);
    else if (keyword !== undefined) words.set(keyword, value);
  }
  const tmout = words.get('tmout') ?? '';
  return {
    user: words.get('user') || null,
    shell: words.get('shell') || null,
    tmoutSeconds: /^\d{1,9}$/.test(tmout) ? Number(tmout) : null,
    dump: dump === null ? null : dump.join('\n'),
    files: files.map(({ path, lines }) => ({ path, text: lines.join('\n') })),
    closed,
    isCut: false,
  };
}
