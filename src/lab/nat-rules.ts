// The NAT of the labs: masquerading, and what a packet of a forgotten connection meets.

/**
 * `invalid` is a packet that belongs to no known connection and cannot begin one. One from the client is being
 * forwarded; one from the server is addressed to the NAT itself, whose TCP would answer it with a RST.
 */
export function natRules(onExpiry: 'silent' | 'reset'): string {
  const invalid = `ct state invalid counter ${onExpiry === 'silent' ? 'drop' : 'reject with tcp reset'}`;
  return `
    table ip lab {
      chain postrouting { type nat hook postrouting priority srcnat; oifname "outside" masquerade; }
      chain forward { type filter hook forward priority filter; ${invalid}; }
      chain input { type filter hook input priority filter; ${invalid}; }
    }`;
}
