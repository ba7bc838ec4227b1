import { useState } from "react";
import { Dialog, Field } from "../../components/controls";
import { useToast } from "../../components/feedback";
import { RefPicker } from "../../components/refs";
import { change, path } from "../../core/api";
import { navigate } from "../../core/router";
import { folderAt } from "../objects/where";

const pattern = /^\w[-\w]*$/;

export function CreateBranch({ repository, source: first, onClose }: { repository: string; source: string; onClose: () => void }): JSX.Element {
  const tell = useToast();
  const [name, setName] = useState("");
  const [source, setSource] = useState(first);
  const wrong = name && !pattern.test(name) ? "Letters, digits, _ and -; the first is no hyphen." : undefined;
  const create = async (): Promise<void> => {
    await change("POST", path`/repositories/${repository}/branches`, { name, source });
    tell(`${name} is made`);
    onClose();
    navigate(folderAt(repository, name, ""));
  };
  return (
    <Dialog title="New branch" submit="Create" onClose={onClose} onSubmit={create} disabled={Boolean(wrong) || !name}>
      <Field label="Name" name="name" value={name} required autoFocus autoComplete="off" wrong={wrong} onChange={(event) => setName(event.target.value)} />
      <div><RefPicker repository={repository} value={source} onChange={setSource} label="From" /></div>
      <p className="muted small">No data is copied. The branch has the objects of what it is made from, but not what is uncommitted there.</p>
    </Dialog>
  );
}
