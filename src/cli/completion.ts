// Completions for shells, made from the same definition as the command line itself.

import type { Command as Commander, Option } from 'commander';
import { defineProgram } from './program.ts';
import type { Shell } from './shells.ts';

/** What stands after an option, as a shell can complete it. */
type Operand = 'none' | 'file' | 'interface' | 'other';

interface Flag {
  readonly long: string;
  readonly short: string | null;
  readonly description: string;
  readonly operand: Operand;
}

interface Definition {
  readonly name: string;
  readonly flags: readonly Flag[];
  readonly commands: readonly {
    readonly name: string;
    readonly description: string;
    readonly flags: readonly Flag[];
    /** What its argument may be. */
    readonly choices: readonly string[];
  }[];
}

/** The script that the shell is to load. */
export function completionScript(shell: Shell): string {
  const definition = definitionOf(defineProgram('', () => {}));
  switch (shell) {
    case 'bash':
      return bash(definition);
    case 'zsh':
      return zsh(definition);
    case 'fish':
      return fish(definition);
  }
}

function definitionOf(program: Commander): Definition {
  const commands = program.commands.map((each) => ({
    name: each.name(),
    description: each.description(),
    flags: flagsOf(each),
    choices: each.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  }));
  return { name: program.name(), flags: flagsOf(program), commands };
}

function flagsOf(command: Commander): Flag[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap((option) => (option.long == null ? [] : [flagOf(option, option.long)]));
}

function flagOf({ short, description, flags, required, optional }: Option, long: string): Flag {
  return { long, short: short ?? null, description, operand: required || optional ? operandOf(flags) : 'none' };
}

/** By what the value is called in the help: `--save <file>`, `-i <name>`. */
function operandOf(flags: string): Operand {
  if (/<file>/.test(flags)) return 'file';
  return /--interface /.test(flags) ? 'interface' : 'other';
}

const INTERFACES = 'ls /sys/class/net';

function bash({ name, flags, commands }: Definition): string {
  const names = (of: readonly Flag[]): string =>
    of.flatMap(({ long, short }) => [long, ...(short ? [short] : [])]).join(' ');
  const named = (operand: Operand): string =>
    flags
      .filter((flag) => flag.operand === operand)
      .flatMap(({ long, short }) => [long, ...(short ? [short] : [])])
      .join('|');
  return `# bash completion for ${name}; load it with: source <(${name} completion bash)
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} word command=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${commands.map((each) => each.name).join('|')}) command=$word; break ;; esac
  done
  COMPREPLY=()
  case $previous in
    ${named('file')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
    ${named('interface')}) COMPREPLY=($(compgen -W "$(${INTERFACES})" -- "$current")); return ;;
    ${named('other')}) return ;;
  esac
  case $command in
${commands.map((each) => `    ${each.name}) COMPREPLY=($(compgen -W "${[...each.choices, names(each.flags)].join(' ')}" -- "$current")) ;;`).join('\n')}
    *) COMPREPLY=($(compgen -W "${names(flags)} ${commands.map((each) => each.name).join(' ')}" -- "$current"))
       [[ $current == -* ]] || COMPREPLY+=($(compgen -A hostname -- "$current")) ;;
  esac
}
complete -o default -F _${name} ${name}
`;
}

function zsh({ name, flags, commands }: Definition): string {
  const action: Readonly<Record<Operand, string>> = {
    none: '',
    file: ':file:_files',
    interface: `:interface:($(${INTERFACES}))`,
    other: ':value:',
  };
  const specs = (of: readonly Flag[]): string =>
    of
      .flatMap(({ long, short, description, operand }) =>
        [long, ...(short === null ? [] : [short])].map(
          (flag) => `'*${flag}[${zshText(description)}]${action[operand]}'`,
        ),
      )
      .map((spec) => ` \\\n        ${spec}`)
      .join('');
  return `#compdef ${name}
# zsh completion for ${name}; load it with: source <(${name} completion zsh), after compinit
_${name}() {
  local context state line
  typeset -A opt_args
  case \${words[(r)(${commands.map((each) => each.name).join('|')})]} in
${commands.map((each) => `    ${each.name})\n      _arguments${specs(each.flags)}${each.choices.length === 0 ? '' : ` \\\n        '2:value:(${each.choices.join(' ')})'`} ;;`).join('\n')}
    *)
      _arguments${specs(flags)} \\
        '1:host or command:->first'
      if [[ $state == first ]]; then
        local -a commands=(${commands.map((each) => `'${each.name}:${zshText(each.description)}'`).join(' ')})
        _describe command commands
        _hosts
      fi ;;
  esac
}
# As a file along fpath it is itself the function, called at the first completion; sourced, it only defines it.
if [[ \${funcstack[1]} == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

/** Inside single quotes and brackets, where a colon ends a name. */
function zshText(text: string): string {
  return text
    .replaceAll("'", '’')
    .replaceAll(/[[\]]/g, (bracket) => `\\${bracket}`)
    .replaceAll(':', '\\:');
}

function fish({ name, flags, commands }: Definition): string {
  const operand: Readonly<Record<Operand, string>> = {
    none: '',
    file: ' -r -F',
    interface: ` -x -a '(${INTERFACES})'`,
    other: ' -x',
  };
  const line = (condition: string, flag: Flag): string =>
    `complete -c ${name} -n '${condition}' -l ${flag.long.slice(2)}${flag.short === null ? '' : ` -s ${flag.short.slice(1)}`}${operand[flag.operand]} -d '${fishText(flag.description)}'`;
  const words = commands.map((each) => each.name).join(' ');
  const atFirst = `not __fish_seen_subcommand_from ${words}`;
  return [
    `# fish completion for ${name}; load it with: ${name} completion fish | source`,
    `complete -c ${name} -f -n '${atFirst}' -a '(__fish_print_hostnames)'`,
    ...commands.map(
      (each) => `complete -c ${name} -f -n '${atFirst}' -a ${each.name} -d '${fishText(each.description)}'`,
    ),
    ...flags.map((flag) => line(atFirst, flag)),
    ...commands.flatMap((each) => [
      ...(each.choices.length === 0
        ? []
        : [`complete -c ${name} -f -n '__fish_seen_subcommand_from ${each.name}' -a '${each.choices.join(' ')}'`]),
      ...each.flags.map((flag) => line(`__fish_seen_subcommand_from ${each.name}`, flag)),
    ]),
    '',
  ].join('\n');
}

function fishText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
