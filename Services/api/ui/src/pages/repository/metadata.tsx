import { useState } from "react";
import { Button, Dialog } from "../../components/controls";
import { ErrorPanel } from "../../components/feedback";
import { asPairs, asRecord, emptyPair, isTwice, Pair, Pairs } from "../../components/pairs";
import { change, get, path } from "../../core/api";
import { shown } from "../../core/format";
import { useLoad } from "../../core/hooks";

type Metadata = Record<string, string>;

/** What is noted of a repository. */
export function RepositoryMetadata({ repository, canWrite }: { repository: string; canWrite: boolean }): JSX.Element {
  const found = useLoad((signal) => get<Metadata>(path`/repositories/${repository}/metadata`, {}, signal), [repository]);
  const [isEditing, setIsEditing] = useState(false);
  const pairs = Object.entries(found.value ?? {});
  return (
    <section className="panel pad stack" aria-labelledby="metadata">
      <div className="row apart"><h2 id="metadata">Metadata</h2>{canWrite && found.value && <Button kinds={["small"]} onClick={() => setIsEditing(true)}>Edit</Button>}</div>
      {found.error !== undefined && <ErrorPanel error={found.error} retry={found.reload} />}
      {found.value && (pairs.length === 0 ? <p className="muted small">None. Notes for people and programs, such as who owns the data.</p> : (
        <dl className="facts">{pairs.map(([key, value]) => [<dt key={`${key}-key`} className="wrap"><bdi>{shown(key)}</bdi></dt>, <dd key={key} className="wrap"><bdi>{shown(value)}</bdi></dd>])}</dl>
      ))}
      {isEditing && found.value && <Edit repository={repository} now={found.value} onClose={() => setIsEditing(false)} onDone={found.reload} />}
    </section>
  );
}

function Edit({ repository, now, onClose, onDone }: { repository: string; now: Metadata; onClose: () => void; onDone: () => void }): JSX.Element {
  const [pairs, setPairs] = useState<Pair[]>(() => (Object.keys(now).length > 0 ? asPairs(now) : [emptyPair()]));
  const save = async (): Promise<void> => {
    const set = asRecord(pairs);
    const gone = Object.keys(now).filter((key) => !Object.prototype.hasOwnProperty.call(set, key));
    const target = path`/repositories/${repository}/metadata`;
    if (gone.length > 0) await change("DELETE", target, { keys: gone });
    if (Object.keys(set).length > 0) await change("POST", target, { metadata: set });
    onClose();
    onDone();
  };
  return (
    <Dialog title="Metadata of the repository" submit="Save" onClose={onClose} onSubmit={save} disabled={isTwice(pairs)}>
      <Pairs label="Pairs" pairs={pairs} onChange={setPairs} />
    </Dialog>
  );
}
