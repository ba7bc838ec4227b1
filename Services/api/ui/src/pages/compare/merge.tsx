import { useState } from "react";
import { Check, Dialog, Field, More } from "../../components/controls";
import { ErrorPanel, useToast } from "../../components/feedback";
import { ApiError, change, Conflict, Entry, path } from "../../core/api";
import { bytes, count, shortID, shown } from "../../core/format";
import { useRows } from "../../core/hooks";

type Take = "source" | "destination" | "delete";
type Choices = Record<string, Take>;

/** Merges a reference into a branch; where both changed a path, asks for each whose version counts. */
export function MergeDialog({ repository, source, destination, onClose, onDone }: {
  repository: string; source: string; destination: string; onClose: () => void; onDone: () => void;
}): JSX.Element {
  const tell = useToast();
  const [message, setMessage] = useState("");
  const [strategy, setStrategy] = useState("");
  const [isSquashed, setIsSquashed] = useState(false);
  const [hasConflict, setHasConflict] = useState(false);
  const [choices, setChoices] = useState<Choices>({});
  const target = path`/repositories/${repository}/refs/${source}/merge/${destination}`;
  const merge = async (): Promise<void> => {
    const resolutions = Object.entries(choices).map(([of, take]) => ({ path: of, take }));
    try {
      const { reference } = await change<{ reference: string }>("POST", target, {
        ...(message.trim() ? { message } : {}), ...(strategy ? { strategy } : {}), squash_merge: isSquashed, ...(resolutions.length > 0 ? { resolutions } : {}) });
      tell(`Merged as ${shortID(reference)}`);
      onClose();
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      setHasConflict(true);
      throw new Error(hasConflict ? "Some paths are not settled yet." : "Both sides changed the same paths: choose for each whose version counts.");
    }
  };
  return (
    <Dialog title={`Merge ${source} into ${destination}`} submit="Merge" onClose={onClose} onSubmit={merge}>
      <Field label="Message" name="message" value={message} placeholder={`Merge '${source}' into '${destination}'`} onChange={(event) => setMessage(event.target.value)} />
      <div className="field">
        <label htmlFor="merge-strategy">Where both changed a path</label>
        <select id="merge-strategy" value={strategy} onChange={(event) => setStrategy(event.target.value)}>
          <option value="">ask for each path</option>
          <option value="source-wins">take it from {source}</option>
          <option value="dest-wins">keep it as on {destination}</option>
        </select>
      </div>
      <Check label="Squash" help="One commit without the source's history." checked={isSquashed} onChange={(event) => setIsSquashed(event.target.checked)} />
      {hasConflict && strategy === "" && <Conflicts {...{ target, source, destination, choices }} onChange={setChoices} />}
    </Dialog>
  );
}

function Conflicts({ target, source, destination, choices, onChange }: {
  target: string; source: string; destination: string; choices: Choices; onChange: (choices: Choices) => void;
}): JSX.Element {
  const list = useRows<Conflict>(`${target}/conflicts`, {}, 100);
  const all = (take: Take): void => onChange({ ...choices, ...Object.fromEntries(list.rows.map((row) => [row.path, take])) });
  const open = list.rows.filter((row) => !choices[row.path]).length;
  return (
    <fieldset className="stack tight conflicts">
      <legend className="label">Conflicts</legend>
      {list.error !== undefined && <ErrorPanel error={list.error} retry={list.reload} />}
      <div className="row small">
        <span role="status" className="grow">{open === 0 ? "All shown are settled." : `${count(open)} to settle`}</span>
        <button type="button" className="button small" onClick={() => all("source")}>All from {shown(source)}</button>
        <button type="button" className="button small" onClick={() => all("destination")}>All from {shown(destination)}</button>
      </div>
      <ul className="list conflict-list">
        {list.rows.map((row) => (
          <li key={row.path} className="conflict-row">
            <bdi className="wrap grow">{shown(row.path)}</bdi>
            <Versions row={row} chosen={choices[row.path]} onChoose={(take) => onChange({ ...choices, [row.path]: take })} names={{ source, destination }} />
          </li>
        ))}
      </ul>
      <More {...list} />
    </fieldset>
  );
}

function Versions({ row, chosen, onChoose, names }: {
  row: Conflict; chosen: Take | undefined; onChoose: (take: Take) => void; names: { source: string; destination: string };
}): JSX.Element {
  const told = (entry: Entry | undefined): string => (entry ? bytes(entry.size_bytes ?? 0) : "deleted");
  const options: [Take, string][] = [
    ["source", `${shown(names.source)} (${told(row.source)})`], ["destination", `${shown(names.destination)} (${told(row.destination)})`]];
  if (row.source && row.destination) options.push(["delete", "delete it"]);
  return (
    <span className="row small" role="radiogroup" aria-label={`Version of ${shown(row.path)}`}>
      {options.map(([take, name]) => (
        <label key={take} className="row tight"><input type="radio" name={`take ${row.path}`} checked={chosen === take} onChange={() => onChoose(take)} />{name}</label>
      ))}
    </span>
  );
}
