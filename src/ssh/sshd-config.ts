// sshd_config(5) as files, where sshd itself could not be asked: as much of it as can be read without knowing how sshd was
// started, and whether a Match block is meant.

import { matchesWildcards } from '../wildcard.ts';

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

export interface ConfigReading {
  /** As `sshd -T` would print it: what is set outside of Match blocks, then the documented defaults. */
  readonly dump: string;
  /** What was left out, and may decide otherwise for some; null when nothing was. */
  readonly leftOut: string | null;
}

/** Defaults of every release of OpenSSH that has these (sshd_config(5)). */
const DEFAULTS = `clientaliveinterval 0
clientalivecountmax 3
tcpkeepalive yes
logingracetime 120
maxsessions 10
chrootdirectory none`;

const MOST_INCLUDES = 64;

/** The first file is the main one. Of a keyword that comes again the first counts, an Include standing for what it names. */
export function readSshdConfig(files: readonly ConfigFile[], closed: readonly string[]): ConfigReading {
  const lines: string[] = [];
  const leftOut = new Set<string>(closed.map((path) => `${path}, which this account may not read`));
  let included = 0;
  const read = ({ text }: ConfigFile): void => {
    for (const line of text.split('\n')) {
      const [, keyword = '', value = ''] = /^\s*([a-z][a-z0-9]*)(?:\s*=\s*|\s+)(.*)$/i.exec(line) ?? [];
      const name = keyword.toLowerCase();
      if (name === 'match') {
        // What follows, up to the end of the file, is for some sessions only.
        leftOut.add('Match blocks');
        return;
      }
      if (name !== 'include') {
        if (name !== '') lines.push(`${name} ${bare(value)}`);
        continue;
      }
      for (const pattern of bare(value).split(/\s+/)) {
        const named = files.slice(1).filter(({ path }) => isNamedBy(path, pattern));
        if (named.length === 0 && !pattern.endsWith('/sshd_config.d/*.conf')) leftOut.add(`Include ${pattern}`);
        for (const each of named) {
          if (included++ < MOST_INCLUDES) read(each);
          else leftOut.add(`more than ${MOST_INCLUDES} included files`);
        }
      }
    }
  };
  const [main] = files;
  if (main !== undefined) read(main);
  return { dump: `${lines.join('\n')}\n${DEFAULTS}\n`, leftOut: leftOut.size === 0 ? null : [...leftOut].join(', ') };
}

/** Without a comment behind it and without quotation marks around it. */
function bare(value: string): string {
  return value
    .replace(/\s#.*$/, '')
    .trim()
    .replace(/^"(.*)"$/, '$1');
}

/** Relative to /etc/ssh; an asterisk stands for a part of a name, a question mark for one character. */
function isNamedBy(path: string, pattern: string): boolean {
  const absolute = pattern.startsWith('/') ? pattern : `/etc/ssh/${pattern}`;
  return matchesWildcards(path, absolute, '/');
}
