import { ReactNode } from "react";

export interface GridColumn {
  name: string;
  /** Below the name: the type. */
  type?: string;
  isNumber?: boolean;
}

/** Rows of data under their columns' names, scrolled on their own. */
export function Grid({ label, columns, rows }: { label: string; columns: GridColumn[]; rows: ReactNode[][] }): JSX.Element {
  return (
    <div className="scroll preview-grid" tabIndex={0} role="region" aria-label={label}>
      <table className="table">
        <thead>
          <tr>
            <th className="number" scope="col"><span className="visually-hidden">Row</span></th>
            {columns.map((column, index) => (
              <th key={index} scope="col" className={column.isNumber ? "number" : undefined}>
                {column.name}{column.type !== undefined && <span className="preview-type">{column.type}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              <td className="number muted">{index + 1}</td>
              {columns.map((column, at) => <td key={at} className={column.isNumber ? "number" : "preview-cell"}>{row[at]}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
