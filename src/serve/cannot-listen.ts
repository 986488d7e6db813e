// Why nothing can be served, in one line that says what to type instead (bind(2)).

export class CannotListen extends Error {
  constructor(error: NodeJS.ErrnoException, port: number, address: string | null) {
    super(problem(error, port, address), { cause: error });
  }
}

function problem({ code, message }: NodeJS.ErrnoException, port: number, address: string | null): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is in use already; choose another: netcheck serve --listen <port>`;
    case 'EACCES':
      return `port ${port} needs root, as those below 1024 do; choose one from 1024 up: netcheck serve --listen 7022`;
    case 'EADDRNOTAVAIL':
      return `this machine has no address ${address ?? 'to listen on'}; see those it has: ip address`;
    default:
      return `can't listen on port ${port}: ${message}`;
  }
}
