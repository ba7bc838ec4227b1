import { Button } from "./controls";

export interface Pair { id: number; key: string; value: string }

let last = 0;
export const emptyPair = (): Pair => ({ id: (last += 1), key: "", value: "" });
export const asPairs = (record: Record<string, string> | undefined): Pair[] =>
  Object.entries(record ?? {}).map(([key, value]) => ({ ...emptyPair(), key, value }));

/** Pairs as the API takes them; those without a key are left out. */
export const asRecord = (pairs: Pair[]): Record<string, string> =>
  Object.fromEntries(pairs.filter(({ key }) => key.trim()).map(({ key, value }) => [key.trim(), value]));

/** Whether a key is there twice, of which one would be lost. */
export function isTwice(pairs: Pair[]): boolean {
  const keys = pairs.map(({ key }) => key.trim()).filter(Boolean);
  return new Set(keys).size < keys.length;
}

/** Keys and values, as many as one likes. */
export function Pairs({ pairs, onChange, label }: { pairs: Pair[]; onChange: (pairs: Pair[]) => void; label: string }): JSX.Element {
  const put = (id: number, part: Partial<Pair>): void => onChange(pairs.map((pair) => (pair.id === id ? { ...pair, ...part } : pair)));
  return (
    <fieldset className="stack tight">
      <legend className="label">{label}</legend>
      {pairs.map((pair, index) => (
        <div className="row object-pair" key={pair.id}>
          <input className="input" aria-label={`Key ${index + 1}`} placeholder="Key" value={pair.key} onChange={(event) => put(pair.id, { key: event.target.value })} />
          <input className="input" aria-label={`Value ${index + 1}`} placeholder="Value" value={pair.value} onChange={(event) => put(pair.id, { value: event.target.value })} />
          <Button kinds={["quiet", "small"]} aria-label={`Remove pair ${index + 1}`} onClick={() => onChange(pairs.filter(({ id }) => id !== pair.id))}>✕</Button>
        </div>
      ))}
      <div><Button kinds={["small"]} onClick={() => onChange([...pairs, emptyPair()])}>Add a pair</Button></div>
      {isTwice(pairs) && <span className="wrong small" role="alert">A key is there twice.</span>}
    </fieldset>
  );
}
