# bash completion for netcheck; load it with: source <(netcheck completion bash)
_netcheck() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} word command=
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in completion|man|doctor|demo|serve|explain|schema) command=$word; break ;; esac
  done
  COMPREPLY=()
  case $previous in
    --read|--config|--save|--html|--pcap|--events) COMPREPLY=($(compgen -f -- "$current")); return ;;
    --interface|-i) COMPREPLY=($(compgen -W "$(ls /sys/class/net)" -- "$current")); return ;;
    --dup-ip|--ping|--path|--idle-timeout|--mosh-ports|--max-idle|--resolution|--connections|--count|--interval|--size|--dscp|--wait|--rate|--bandwidth|--rounds|--exclude|--expect|--proof-port|--listen) return ;;
  esac
  case $command in
    completion) COMPREPLY=($(compgen -W "bash zsh fish --help -h" -- "$current")) ;;
    man) COMPREPLY=($(compgen -W "--help -h" -- "$current")) ;;
    doctor) COMPREPLY=($(compgen -W "--help -h" -- "$current")) ;;
    demo) COMPREPLY=($(compgen -W "--help -h" -- "$current")) ;;
    serve) COMPREPLY=($(compgen -W "--listen --bind --verbose -v --help -h" -- "$current")) ;;
    explain) COMPREPLY=($(compgen -W "--log --json --plain --save --html --redact --no-color --quiet -q --verbose -v --help -h" -- "$current")) ;;
    schema) COMPREPLY=($(compgen -W "--help -h" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "--dup-ip --ping --path --idle-timeout --mosh-ports --interface -i --max-idle --quick --deep --resolution --connections --count --interval --size --dscp --names --wait --rate --bandwidth --rounds --exclude --expect --proof-port --no-proof --listen --read --config --no-config --dry-run --json --nagios --save --html --redact --pcap --events --plain --no-color --quiet -q --verbose -v --version --help -h completion man doctor demo serve explain schema" -- "$current"))
       [[ $current == -* ]] || COMPREPLY+=($(compgen -A hostname -- "$current")) ;;
  esac
}
complete -o default -F _netcheck netcheck
