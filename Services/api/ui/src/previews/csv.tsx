import { useMemo } from "react";
import { count } from "../core/format";
import { guessDelimiter, readCSV } from "../formats/csv";
import { Grid } from "./grid";
import type { TextProps } from "./preview";

const shownRows = 200;
const shownColumns = 200;
const maxCell = 400;

const cut = (text: string): string => (text.length > maxCell ? `${text.slice(0, maxCell)}…` : text);
const isNumeric = (text: string): boolean => /^\s*[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text);

export default function CSV({ head, entry }: TextProps): JSX.Element {
  const { names, rows, isCut, numeric, width } = useMemo(() => {
    const delimiter = /\.(tsv|tab)$/i.test(entry.path) ? "\t" : guessDelimiter(head.text);
    const read = readCSV(head.text, delimiter, { rows: shownRows + 1, isWhole: head.isWhole });
    const [names = [], ...rows] = read.rows;
    const width = rows.reduce((most, row) => Math.max(most, row.length), names.length);
    const numeric = Array.from({ length: Math.min(width, shownColumns) }, (_, index) => {
      const filled = rows.map((row) => row[index] ?? "").filter(Boolean);
      return filled.length > 0 && filled.every(isNumeric);
    });
    return { names, rows, isCut: read.isCut, numeric, width };
  }, [head, entry.path]);
  return (
    <div className="stack tight">
      <p className="muted small">
        {isCut ? `The first ${count(rows.length)} rows` : `${count(rows.length)} rows`}, {count(width)} columns
        {width > shownColumns && `, of which ${shownColumns} are shown`}. The first line is taken for the columns' names.
      </p>
      <Grid label="Rows" columns={numeric.map((isNumber, index) => ({ name: cut(names[index] ?? ""), isNumber }))} rows={rows.map((row) => row.map(cut))} />
    </div>
  );
}
