// Run by test_parquet_reader.py: reads the first rows of each file named, and prints a line of JSON for each.
import { readFileSync } from "fs";
import { ParquetError } from "../../Services/api/ui/src/formats/parquet/parquet-error";
import { ParquetFile } from "../../Services/api/ui/src/formats/parquet/parquet-file";
import { typeName } from "../../Services/api/ui/src/formats/parquet/schema";
import { Cell } from "../../Services/api/ui/src/formats/parquet/values";

const maxRows = 100;

function plain(cell: Cell): unknown {
  if (typeof cell === "bigint") return { int: String(cell) };
  if (typeof cell === "number" && !Number.isFinite(cell)) return { float: String(cell) };
  if (Array.isArray(cell)) return cell.map(plain);
  if (cell && typeof cell === "object") return { struct: cell.fields.map(([name, value]) => [name, plain(value)]) };
  return cell;
}

async function tell(path: string): Promise<object> {
  const bytes = readFileSync(path);
  try {
    const file = await ParquetFile.open({ size: bytes.length, read: async (start, end) => new Uint8Array(bytes.subarray(start, end)) });
    const head = await file.head(maxRows, 100);
    return {
      path, rows: file.metadata.rows, types: file.columns.map((column) => [column.name, typeName(column)]), read: file.bytesRead,
      head: head.rows.map((row) => row.map(plain)),
    };
  } catch (error) {
    return { path, refused: error instanceof ParquetError, error: String(error) };
  }
}

async function main(): Promise<void> {
  for (const path of process.argv.slice(2)) console.log(JSON.stringify(await tell(path)));
}

void main();
