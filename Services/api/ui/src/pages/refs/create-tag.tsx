import { useState } from "react";
import { Dialog, Field } from "../../components/controls";
import { useToast } from "../../components/feedback";
import { RefPicker } from "../../components/refs";
import { change, path } from "../../core/api";
import { navigate, ofRepository } from "../../core/router";

export function CreateTag({ repository, source: first, onClose }: { repository: string; source: string; onClose: () => void }): JSX.Element {
  const tell = useToast();
  const [id, setID] = useState("");
  const [source, setSource] = useState(first);
  const create = async (): Promise<void> => {
    await change("POST", path`/repositories/${repository}/tags`, { id, ref: source });
    tell(`${id} is made`);
    onClose();
    navigate(ofRepository(repository, "tags", { prefix: id }));
  };
  return (
    <Dialog title="New tag" submit="Create" onClose={onClose} onSubmit={create} disabled={!id}>
      <Field label="Name" name="name" value={id} required autoFocus autoComplete="off" onChange={(event) => setID(event.target.value)}
        help="Such as v1.0 or 2026-11-report." />
      <div><RefPicker repository={repository} value={source} onChange={setSource} label="Of" /></div>
      <p className="muted small">A tag names one commit for good: it cannot be moved, only deleted.</p>
    </Dialog>
  );
}
