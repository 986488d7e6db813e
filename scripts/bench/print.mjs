// What a benchmark says beside its tables.

export function say(title) {
  console.log(`\n${title}`);
}

export function note(line) {
  console.log(`  ${line.trimEnd()}`);
}
