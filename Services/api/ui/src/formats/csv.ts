export interface CSVHead {
  rows: string[][];
  /** Whether the text went on behind the last row. */
  isCut: boolean;
}

/**
 * Reads the first rows of delimited text (RFC 4180): quotes protect delimiters, line breaks and doubled quotes.
 *
 * What is not closed at the end of a text that `isWhole` is taken as it stands; of one that was cut, the last row is left out.
 */
export function readCSV(text: string, delimiter: string, options: { rows: number; isWhole: boolean }): CSVHead {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const endRow = (): void => {
    row.push(cell);
    cell = "";
    rows.push(row);
    row = [];
  };
  for (; at < text.length && rows.length < options.rows; at++) {
    const character = text[at] ?? "";
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else isQuoted = false;
    } else if (character === '"' && cell === "") isQuoted = true;
    else if (character === delimiter) {
      row.push(cell);
      cell = "";
    } else if (character === "\n" || character === "\r") {
      if (character === "\r" && text[at + 1] === "\n") at++;
      endRow();
    } else cell += character;
  }
  if (rows.length < options.rows && options.isWhole && (row.length > 0 || cell !== "")) endRow();
  return { rows, isCut: at < text.length || !options.isWhole };
}

/** The delimiter that the first line has most of. */
export function guessDelimiter(text: string): string {
  const line = text.slice(0, 4_096).split(/\r?\n/, 1)[0] ?? "";
  const counted = [",", "\t", ";", "|"].map((one) => ({ one, count: line.split(one).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).one;
}
