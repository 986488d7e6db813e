// The NAT of the labs: masquerading, and what a packet of a forgotten connection meets.

/**
 * `invalid` is a packet that belongs to no known connection and cannot begin one. One from the client is being
 * forwarded; one from the server is addressed to the NAT itself, whose TCP would answer it with a RST. A NAT that
 * `revives` flows takes neither for invalid, and like any home router lets nothing begin from outside.
 */
export function natRules(onExpiry: 'silent' | 'reset', revives = false): string {
  const invalid = `ct state invalid counter ${onExpiry === 'silent' ? 'drop' : 'reject with tcp reset'}`;
  const uninvited = revives ? 'iifname "outside" ct state new drop; ' : '';
  return `
    table ip lab {
      chain postrouting { type nat hook postrouting priority srcnat; oifname "outside" masquerade; }
      chain forward { type filter hook forward priority filter; ${invalid}; }
      chain input { type filter hook input priority filter; ${invalid}; ${uninvited}}
    }`;
}
