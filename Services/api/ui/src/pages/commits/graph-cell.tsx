import { GraphRow } from "./graph";

const [step, margin, most] = [14, 9, 12];
const x = (lane: number): number => margin + Math.min(lane, most) * step;

/** The lines and the dot of one commit; beyond so many lanes they lie upon one another. */
export function GraphCell({ row, height }: { row: GraphRow; height: number }): JSX.Element {
  const middle = height / 2;
  const width = x(Math.min(row.lanes - 1, most)) + margin;
  const line = (key: string, from: number, top: number, to: number, bottom: number): JSX.Element => (
    <path key={key} className={`lane-${(top === 0 ? from : to) % 6}`} d={from === to ? `M${x(from)} ${top}V${bottom}` : `M${x(from)} ${top}C${x(from)} ${bottom} ${x(to)} ${top} ${x(to)} ${bottom}`} />
  );
  return (
    <svg className="graph" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {row.above.map(({ from, to }) => line(`a${from}`, from, 0, to, middle))}
      {row.below.map(({ from, to }) => line(`b${from}-${to}`, from, middle, to, height))}
      <circle className={`lane-${row.lane % 6}`} cx={x(row.lane)} cy={middle} r={4.5} />
    </svg>
  );
}
