// HTML by construction: whatever is put into the template is text and is escaped, unless it was made by the template itself.

import { printableLines } from '../printable.ts';

/** Markup that is safe as it is. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Content = Html | string | number | null | readonly Content[];

/** A template whose every value is content: text is escaped for elements and for attributes in double quotes alike. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(parts.reduce((markup, part, index) => markup + render(values[index - 1] ?? null) + part));
}

function render(content: Content): string {
  if (content === null) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'string' || typeof content === 'number') return escapeText(String(content));
  return content.map(render).join('');
}

/** More of one text than anybody reads; the JSON has all of it. */
const LONGEST_TEXT = 2000;

/** Through the gate, line breaks kept; then HTML's own characters are escaped. */
export function escapeText(text: string): string {
  const shown = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}… (${text.length} characters)` : text;
  return printableLines(shown).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const OF_MARKUP: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };

/** A data block that no script engine runs and nothing inside it can end. `json` is JSON. */
export function dataBlock(id: string, json: string): Html {
  const inert = json.replaceAll(/[<>&]/g, (character) => OF_MARKUP[character] as string);
  return new Html(`<script type="application/json" id="${escapeText(id)}">${inert}</script>`);
}
