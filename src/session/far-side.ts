// What runs in a logged-in session: netcheck serve's own few words (serve/protocol.ts), spoken by the shell that is there.

import { BANNER, SPOKEN } from '../serve/index.ts';
import { SURVEY } from './survey.ts';

/**
 * POSIX sh. A sleep that takes no fractions (POSIX asks for none) gets whole seconds, rounded up: the word then comes later
 * than asked, and an idle time that was lived through is told too short, never too long.
 */
const PARTNER = `unset TMOUT
sleep 0.01 2>/dev/null && fine=1 || fine=
printf "${BANNER}\\r\\n"
while read -r word seconds; do
  [ "$word" = speak ] || exit 1
  if [ -z "$fine" ]; then
    case $seconds in
      *.*[1-9]*) seconds=$((\${seconds%%.*} + 1)) ;;
      *) seconds=\${seconds%%.*} ;;
    esac
  fi
  sleep "$seconds" || exit 1
  printf "${SPOKEN}\\r\\n"
done`;

/** For ssh's command line: whatever the login shell is, sh reads it. It ends when its input does. */
export const FAR_SIDE = `exec sh -c '${inOneLine(PARTNER)}'`;

/** The same, which first tells what is set there. */
export const SURVEYED_FAR_SIDE = `exec sh -c '${inOneLine(SURVEY + PARTNER)}'`;

/** csh ends quotation marks with the line. A blank comes before what ends a command: after an exclamation mark csh would read on. */
function inOneLine(script: string): string {
  const lines = script.split('\n').map((line) => line.trim());
  const isOpen = (line: string): boolean => /(?:^|\s)(?:then|else|do|in)$|;;$|[({&]$|^\*\)$/.test(line);
  return lines
    .filter((line) => line !== '')
    .map((line, index, { length }) => (index === length - 1 ? line : isOpen(line) ? `${line} ` : `${line} ; `))
    .join('');
}
