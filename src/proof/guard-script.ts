// The one process that stays root: a shell script (sh(1p)) that can send our marked packets to a MAC, and nothing else.

/** Most rules that one guard makes. */
export const MOST_RULES = 32;

/**
 * `sh -c SCRIPT netcheck-guard INTERFACE TABLE FIRST_MARK METHOD`, METHOD being `nft` or `none`. Lines on standard input:
 *
 *   MARK IP MAC     packets of ours with this mark to this address go to this MAC: answered `MARK IP ok` or `MARK IP failed`
 *   0 IP            this address is about to be talked to, and the kernel will learn its MAC: answered `0 IP ok`
 *   end             every connection is closed
 *
 * Every line is checked as if it came from an enemy: after the network was read, it may. Marks are the fixed few that
 * our own sockets were given while there was root, so no other packet of this machine can be sent astray.
 *
 * Standard input is closed when netcheck ends, however it ends. nft then sees the end of its own input, and with it
 * goes the table, which lives as long as its owner (`flags owner`, nft(8)). At last the kernel forgets those addresses
 * that it knew no neighbour for when netcheck began. A Ctrl-C in the terminal must not end this before that.
 *
 * Where `end` was not said, netcheck was killed, and the kernel may still be closing its connections: each needs its
 * rule for a last packet, which would make the kernel ask for a neighbour that was forgotten too soon.
 */
export const GUARD_SCRIPT = `
trap '' HUP INT QUIT TERM PIPE
LC_ALL=C
interface=$1 table=$2 first=$3 method=$4
exec 3>&1 >/dev/null 2>&1
neighbours=$(ip -4 neigh show dev "$interface") && can_forget=yes || can_forget=no
addresses= rules=0

is_valid() {
  case $mark in '' | *[!0-9]* | ???????????*) return 1 ;; esac
  case $ip in '' | *[!0-9.]*) return 1 ;; esac
  case $mac in *[!0-9a-f:]*) return 1 ;; esac
  [ -z "$rest" ] || return 1
  [ "$mark" -eq 0 ] && return 0
  [ "$mark" -ge "$first" ] && [ "$mark" -lt "$((first + ${MOST_RULES}))" ]
}

add_rule() {
  [ "$method" = nft ] && [ "$rules" -lt ${MOST_RULES} ] || return 1
  if [ "$rules" -eq 0 ]; then
    printf 'add table netdev %s { flags owner; }\\n' "$table"
    printf 'add chain netdev %s egress { type filter hook egress device "%s" priority 0; }\\n' "$table" "$interface"
  fi
  rules=$((rules + 1))
  printf 'add rule netdev %s egress meta mark %s ip daddr %s ether daddr set %s comment "%s"\\n' \\
    "$table" "$mark" "$ip" "$mac" "$mark"
  # nft works on its own time: the rule is there when the kernel lists it.
  looks=0
  while [ "$looks" -lt 100 ]; do
    case $(nft list chain netdev "$table" egress) in *"comment \\"$mark\\""*) return 0 ;; esac
    looks=$((looks + 1))
  done
  return 1
}

forget_neighbours() {
  [ "$can_forget" = yes ] || return
  for ip in $addresses; do
    case "
$neighbours" in
      *"
$ip "*) ;;
      *) ip neigh del "$ip" dev "$interface" ;;
    esac
  done
}

serve() {
  while [ "$mark" != end ]; do
    if is_valid; then
      addresses="$addresses $ip"
      result=ok
      [ "$mark" -eq 0 ] || add_rule || result=failed
      echo "$mark $ip $result" >&3
    fi
    read -r mark ip mac rest || break
  done
  [ "$mark" = end ] || sleep 1
  exec >&-
  forget_neighbours
}

read -r mark ip mac rest || exit 0
if [ "$method" = nft ]; then serve | nft -i; else serve; fi
`;
