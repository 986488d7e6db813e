// Rows of text in columns: the first flush left, the others flush right.

export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('   ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

export const seconds = (value) => `${value.toFixed(2)} s`;
export const milliseconds = (value) => `${value.toFixed(1)} ms`;
export const times = (value) => `${value.toFixed(2)} x`;
export const mebibytes = (kibibytes) => `${(kibibytes / 1024).toFixed(0)} MiB`;
