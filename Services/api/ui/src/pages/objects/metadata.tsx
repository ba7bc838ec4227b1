import { useState } from "react";
import { Button, Dialog } from "../../components/controls";
import { change, Entry, path } from "../../core/api";
import { shown } from "../../core/format";

/** What users noted with an object, and a way to change it. */
export function UserMetadata({ repository, branch, entry, canWrite, onDone }: {
  repository: string; branch: string; entry: Entry; canWrite: boolean; onDone: () => void;
}): JSX.Element {
  const [isEditing, setIsEditing] = useState(false);
  const pairs = Object.entries(entry.metadata ?? {});
  return (
    <section className="panel pad stack tight" aria-labelledby="user-metadata">
      <div className="row apart">
        <h2 id="user-metadata">User metadata</h2>
        {canWrite && <Button kinds={["small"]} onClick={() => setIsEditing(true)}>Edit</Button>}
      </div>
      {pairs.length === 0 ? <p className="muted small">None. Clients keep notes of their own here, such as where a file came from.</p> : (
        <dl className="object-facts small">
          {pairs.map(([key, value]) => [<dt key={`${key}-key`} className="wrap">{shown(key)}</dt>, <dd key={key} className="wrap">{shown(value)}</dd>])}
        </dl>
      )}
      {isEditing && <Edit repository={repository} branch={branch} entry={entry} onClose={() => setIsEditing(false)} onDone={onDone} />}
    </section>
  );
}

interface Pair { id: number; key: string; value: string }

function Edit({ repository, branch, entry, onClose, onDone }: {
  repository: string; branch: string; entry: Entry; onClose: () => void; onDone: () => void;
}): JSX.Element {
  const [pairs, setPairs] = useState<Pair[]>(() => {
    const now = Object.entries(entry.metadata ?? {}).map(([key, value], id) => ({ id, key, value }));
    return now.length > 0 ? now : [{ id: 0, key: "", value: "" }];
  });
  const put = (id: number, part: Partial<Pair>): void => setPairs(pairs.map((pair) => (pair.id === id ? { ...pair, ...part } : pair)));
  const keys = pairs.map((pair) => pair.key.trim()).filter(Boolean);
  const isTwice = new Set(keys).size < keys.length;
  const save = async (): Promise<void> => {
    const set = Object.fromEntries(pairs.filter((pair) => pair.key.trim()).map((pair) => [pair.key.trim(), pair.value]));
    await change("PUT", path`/repositories/${repository}/branches/${branch}/objects/stat/user_metadata`, { set }, { path: entry.path });
    onClose();
    onDone();
  };
  return (
    <Dialog title="User metadata" submit="Save" onClose={onClose} onSubmit={save} disabled={isTwice}>
      <p className="muted small">What is saved replaces all there is. It is a change of the branch, to be committed as others.</p>
      {pairs.map((pair, index) => (
        <div className="row object-pair" key={pair.id}>
          <input className="input" aria-label={`Key ${index + 1}`} placeholder="Key" value={pair.key} onChange={(event) => put(pair.id, { key: event.target.value })} />
          <input className="input" aria-label={`Value ${index + 1}`} placeholder="Value" value={pair.value} onChange={(event) => put(pair.id, { value: event.target.value })} />
          <Button kinds={["quiet", "small"]} aria-label={`Remove pair ${index + 1}`} onClick={() => setPairs(pairs.filter((one) => one.id !== pair.id))}>✕</Button>
        </div>
      ))}
      {isTwice && <p className="wrong removed" role="alert">A key is there twice.</p>}
      <div><Button kinds={["small"]} onClick={() => setPairs([...pairs, { id: Math.max(-1, ...pairs.map((pair) => pair.id)) + 1, key: "", value: "" }])}>Add a pair</Button></div>
    </Dialog>
  );
}
