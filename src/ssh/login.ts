// To whom ssh logs in, as its command line says it.

/** `user@host`, `host` or an alias of the user's configuration, as ssh takes it. */
export interface Login {
  readonly destination: string;
  /** null: as the configuration says. */
  readonly port: number | null;
}

/** The words after ssh's options. Whatever the destination is, it is none of them. */
export function loginWords({ destination, port }: Login): string[] {
  return [...(port === null ? [] : ['-p', String(port)]), '--', destination];
}
