import { ReactNode, useEffect, useRef, useState } from "react";

/**
 * Rows of one height of which only those in view are there: a million of them scroll as ten do.
 *
 * `rowHeight` is in CSS pixels. The table lies in the page's own scroll.
 */
export function Windowed<Row>({ rows, rowHeight = 38, head, row, label }: {
  rows: Row[]; rowHeight?: number; head: ReactNode; row: (value: Row, index: number) => ReactNode; label: string;
}): JSX.Element {
  const element = useRef<HTMLTableSectionElement>(null);
  const [range, setRange] = useState({ first: 0, last: 60 });
  useEffect(() => {
    let frame = 0;
    const look = (): void => {
      frame = 0;
      const top = element.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / rowHeight) - 20);
      const last = Math.ceil((window.innerHeight - top) / rowHeight) + 20;
      setRange((old) => (old.first === first && old.last === last ? old : { first, last }));
    };
    const moved = (): void => { frame ||= requestAnimationFrame(look); };
    look();
    window.addEventListener("scroll", moved, { passive: true });
    window.addEventListener("resize", moved);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", moved);
      window.removeEventListener("resize", moved);
    };
  }, [rowHeight, rows.length]);
  const [first, last] = [Math.min(range.first, rows.length), Math.min(range.last, rows.length)];
  const columns = 99;
  return (
    <table className="table" aria-label={label} aria-rowcount={rows.length}>
      <thead>{head}</thead>
      <tbody ref={element}>
        {first > 0 && <tr aria-hidden="true"><td colSpan={columns} ref={(cell) => { if (cell) cell.style.height = `${first * rowHeight}px`; }} /></tr>}
        {rows.slice(first, last).map((value, index) => row(value, first + index))}
        {last < rows.length && <tr aria-hidden="true"><td colSpan={columns} ref={(cell) => { if (cell) cell.style.height = `${(rows.length - last) * rowHeight}px`; }} /></tr>}
      </tbody>
    </table>
  );
}
