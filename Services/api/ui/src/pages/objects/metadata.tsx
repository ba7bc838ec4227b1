import { useState } from "react";
import { Button, Dialog } from "../../components/controls";
import { asPairs, asRecord, emptyPair, isTwice, Pair, Pairs } from "../../components/pairs";
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

function Edit({ repository, branch, entry, onClose, onDone }: {
  repository: string; branch: string; entry: Entry; onClose: () => void; onDone: () => void;
}): JSX.Element {
  const [pairs, setPairs] = useState<Pair[]>(() => {
    const now = asPairs(entry.metadata);
    return now.length > 0 ? now : [emptyPair()];
  });
  const save = async (): Promise<void> => {
    await change("PUT", path`/repositories/${repository}/branches/${branch}/objects/stat/user_metadata`, { set: asRecord(pairs) }, { path: entry.path });
    onClose();
    onDone();
  };
  return (
    <Dialog title="User metadata" submit="Save" onClose={onClose} onSubmit={save} disabled={isTwice(pairs)}>
      <p className="muted small">What is saved replaces all there is. It is a change of the branch, to be committed as others.</p>
      <Pairs label="Pairs" pairs={pairs} onChange={setPairs} />
    </Dialog>
  );
}
