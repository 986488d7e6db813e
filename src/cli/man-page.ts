// The manual page netcheck(1), made from the same definition as --help; the markup is man(7), which groff and mandoc read.

import type { Command as Commander, Option } from 'commander';
import { EXAMPLES, EXIT_STATUS, RIGHTS } from './manual.ts';
import { defineProgram } from './program.ts';

interface Named {
  readonly name: string;
  readonly says: string;
}

const DESCRIPTION: readonly string[] = [
  'SSH sessions freeze or die, and a keepalive setting is blamed. netcheck measures what the network did instead: a second machine on the same IP address, a NAT or firewall that forgets idle connections, loss, large or marked packets that vanish, a host or port that is not there. One command gives one verdict, with the evidence for it and what to change.',
  'With a host, everything about it is examined. Checks that are named instead are made together, at the same time, and give one report. Packets go to the hosts and networks that were named, and to the routers on the way there; --dry-run says which, and sends nothing.',
];

const PLUGIN_EXIT_STATUS =
  'With --nagios those of monitoring plugins: 0 OK, 1 WARNING (a cause is likely, or ends no session as things are set), 2 CRITICAL (a cause is confirmed), 3 UNKNOWN (not measured, wrong usage, interrupted).';

const FILES: readonly Named[] = [
  {
    name: '$XDG_CONFIG_HOME/netcheck.toml, $XDG_CONFIG_HOME/netcheck.json',
    says: 'Defaults of options that say how to measure and how to print, like max-idle = "20m", and owners of addresses: a table expect of lists of MACs by address. One of them, there or in a folder netcheck there; without the variable, in ~/.config. Under sudo those of who typed it, read with their rights. What is typed wins.',
  },
  { name: '~/.ssh/config', says: 'Settings of your ssh, as "ssh -G" tells them: under sudo yours, not those of root.' },
  { name: '/etc/ssh/sshd_config', says: 'Settings of sshd, where this machine is the one that is measured.' },
];

const ENVIRONMENT: readonly Named[] = [
  { name: 'XDG_CONFIG_HOME, HOME', says: 'Where netcheck.toml is looked for.' },
  { name: 'NO_COLOR', says: 'No colours, if it is set to anything.' },
  { name: 'COLUMNS', says: 'How wide the report is where standard output is no terminal.' },
  { name: 'LC_ALL, LC_CTYPE, LANG', says: 'Unless they name UTF-8, nothing but ASCII is printed.' },
  { name: 'SUDO_UID, SUDO_GID, SUDO_USER', says: 'Who typed sudo(8): root is given up for that user.' },
];

const SEE_ALSO: readonly { readonly name: string; readonly section: number }[] = [
  { name: 'ssh_config', section: 5 },
  { name: 'sshd_config', section: 5 },
  { name: 'ping', section: 8 },
  { name: 'arping', section: 8 },
  { name: 'tcp', section: 7 },
];

/** netcheck(1). */
export function manual(version: string): string {
  return manPage(
    defineProgram(version, () => {}),
    version,
  );
}

/** The whole page as roff. `version` stands at its foot; there is no date in it, so that the same program gives the same page. */
export function manPage(program: Commander, version: string): string {
  const name = program.name();
  const lines = [
    `.\\" Made by ${name} man; change the definition of the command line instead.`,
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"`,
    '.SH NAME',
    `${text(name)} \\- ${text(program.description().replace(/^F/, 'f').replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    ...synopsis(program),
    '.SH DESCRIPTION',
    ...DESCRIPTION.flatMap((paragraph) => ['.PP', text(paragraph)]).slice(1),
    '.PP',
    text(RIGHTS.join(' ')),
    '.SH OPTIONS',
    ...optionGroups(program),
    '.SH COMMANDS',
    ...program.commands.flatMap((command) => [
      `.SS "${text(command.createHelp().subcommandTerm(command))}"`,
      text(sentence(command.description())),
      // Each has --help, which OPTIONS has told.
      ...visible(command)
        .filter(({ long }) => long !== '--help')
        .flatMap(entry),
    ]),
    '.SH EXAMPLES',
    ...EXAMPLES.flatMap(({ command, answers }) => ['.TP', bold(command), text(answers)]),
    '.SH EXIT STATUS',
    ...EXIT_STATUS.flatMap(({ code, means }) => named({ name: String(code), says: sentence(means) })),
    '.PP',
    text(PLUGIN_EXIT_STATUS),
    '.SH FILES',
    ...FILES.flatMap(named),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(named),
    '.SH SEE ALSO',
    SEE_ALSO.map(({ name: page, section }) => `${bold(page)}(${section})`).join(',\n'),
  ];
  return `${lines.join('\n')}\n`;
}

function synopsis(program: Commander): string[] {
  const name = bold(program.name());
  const [target = '', checks = ''] = program.usage().split(' | ');
  return [
    `${name} ${text(`${target} [options]`)}`,
    '.br',
    `${name} ${text(checks)}`,
    '.br',
    `${name} ${program.commands.map((command) => bold(command.name())).join(' | ')} ${text('…')}`,
  ];
}

/** In the order and under the headings of --help. */
function optionGroups(program: Commander): string[] {
  const options = visible(program);
  const headings = [...new Set(options.map(headingOf))];
  return headings.flatMap((heading) => [
    `.SS "${text(heading.replace(/:$/, ''))}"`,
    ...options.filter((option) => headingOf(option) === heading).flatMap(entry),
  ]);
}

function headingOf({ helpGroupHeading }: Option): string {
  return helpGroupHeading ?? 'Options';
}

function visible(command: Commander): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

function entry(option: Option): string[] {
  const { defaultValue, defaultValueDescription } = option;
  const isTold = (defaultValue !== undefined && typeof defaultValue !== 'boolean') || defaultValueDescription;
  const usual = isTold ? ` (default: ${defaultValueDescription ?? String(defaultValue)})` : '';
  // The words of flags are to be typed, their operands to be replaced.
  const flags = option.flags.replaceAll(/(^|, )(-[\w-]+)|<([^>]+)>/g, (_, comma = '', flag, operand) =>
    flag === undefined ? italic(operand) : `${comma}${bold(flag)}`,
  );
  return ['.TP', flags, text(sentence(`${option.description}${usual}`))];
}

function named({ name, says }: Named): string[] {
  return ['.TP', bold(name), text(says)];
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.?!…]$/.test(words) ? '' : '.'}`;
}

function bold(words: string): string {
  return `\\fB${text(words)}\\fR`;
}

function italic(words: string): string {
  return `\\fI${text(words)}\\fR`;
}

// groff_char(7): an unescaped - is a hyphen that can't be pasted into a shell, ' and ` become curly quotes, ^ and ~ accents.
const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '"': '\\(dq',
};

/** Words as roff: nothing in them is a request or an escape, and what is to be typed can be copied from the page. */
export function text(words: string): string {
  const escaped = words.replaceAll(/[\\\-'`^~"]|\P{ASCII}/gu, (char) => SPECIAL[char] ?? unicode(char));
  // A line that begins with a dot (or a quote, which is escaped already) would be a request; \& is of no width.
  return escaped.replaceAll(/^\./gm, '\\&.');
}

/** Four digits at least; the page itself stays ASCII, whatever it is read with. */
function unicode(char: string): string {
  return `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}
