// Under which name an address is listed: the C library, and so Node, gives its label where it has one.

/** The interface of a label: `eth0` of `eth0`, and of `eth0:1`, as an alias is labelled. No interface has a colon in its name. */
export function interfaceOfLabel(label: string): string {
  return label.split(':', 1)[0] as string;
}
