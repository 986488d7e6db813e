// A terminal as small as netcheck needs one: what a person sees after these bytes were written to it. It knows carriage
// return, line feed, cursor up and the two ways to erase (ECMA-48), wraps long lines and scrolls.

const ESCAPE = '\u001b';
/** A control sequence that is whole, or a sign. */
const TOKEN = new RegExp(`${ESCAPE}\\[(\\d*)([A-Za-z])|[\\s\\S]`, 'gu');
const CUT_OFF = new RegExp(`${ESCAPE}(\\[\\d*)?$`);

export class Screen {
  readonly #columns: number;
  readonly #rows: number;
  /** All lines, those that were scrolled off included. */
  readonly #lines: string[] = [''];
  /** The beginning of a control sequence whose end has not come yet. */
  #pending = '';
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** @throws Error for what it does not know. */
  write(text: string): void {
    const whole = this.#pending + text;
    this.#pending = CUT_OFF.exec(whole)?.[0] ?? '';
    const complete = whole.slice(0, whole.length - this.#pending.length);
    for (const [sign = '', count, command] of complete.matchAll(TOKEN)) {
      if (command !== undefined) this.#obey(command, Number(count || 1));
      else if (sign === '\r') this.#column = 0;
      else if (sign === '\n') this.#down();
      else if (sign < ' ') throw new Error(`the screen does not know ${JSON.stringify(sign)}`);
      else this.#put(sign);
    }
  }

  /** Every line since the beginning without what is blank at the end. */
  get text(): string {
    return this.#lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  #obey(command: string, count: number): void {
    if (command === 'A') this.#row = Math.max(this.#row - count, this.#lines.length - this.#rows, 0);
    else if (command === 'K') this.#erase();
    else if (command === 'J') {
      this.#erase();
      // What is below becomes blank; it stays where it is.
      for (let row = this.#row + 1; row < this.#lines.length; row++) this.#lines[row] = '';
    } else throw new Error(`the screen does not know CSI ${command}`);
  }

  #erase(): void {
    this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column);
  }

  #put(sign: string): void {
    if (this.#column === this.#columns) {
      this.#column = 0;
      this.#down();
    }
    const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + sign + line.slice(this.#column + 1);
    this.#column++;
  }

  #down(): void {
    this.#row++;
    if (this.#row === this.#lines.length) this.#lines.push('');
  }
}
