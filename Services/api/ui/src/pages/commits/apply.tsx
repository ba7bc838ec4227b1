import { useState } from "react";
import { Dialog, Field } from "../../components/controls";
import { useToast } from "../../components/feedback";
import { RefPicker } from "../../components/refs";
import { change, Commit, path } from "../../core/api";
import { shortID, shown } from "../../core/format";
import { navigate, ofRepository } from "../../core/router";
import { useRepository } from "../repository/context";

/** Which parent a merge is compared with: 1 is the branch that was merged into. */
function Parent({ commit, value, onChange }: { commit: Commit; value: number; onChange: (number: number) => void }): JSX.Element | null {
  if (commit.parents.length < 2) return null;
  return (
    <fieldset className="stack tight">
      <legend className="label">What it changed, against</legend>
      {commit.parents.map((parent, index) => (
        <label key={parent} className="row">
          <input type="radio" name="parent" checked={value === index + 1} onChange={() => onChange(index + 1)} />
          {index === 0 ? "the branch that was merged into" : "what was merged"} <code>{shortID(parent)}</code>
        </label>
      ))}
    </fieldset>
  );
}

/** Undoes a commit on a branch by another. */
export function RevertCommit({ commit, onClose }: { commit: Commit; onClose: () => void }): JSX.Element {
  return <Apply commit={commit} onClose={onClose} title="Revert this commit" submit="Revert" operation="revert"
    text="A new commit on the branch undoes what this one changed. It is refused where later commits changed the same paths." />;
}

/** Makes the change of a commit on a branch again. */
export function CherryPick({ commit, onClose }: { commit: Commit; onClose: () => void }): JSX.Element {
  return <Apply commit={commit} onClose={onClose} title="Cherry-pick this commit" submit="Cherry-pick" operation="cherry-pick"
    text="A new commit on the branch makes the same changes. It is refused where the branch changed the same paths." />;
}

function Apply({ commit, onClose, title, submit, operation, text }: {
  commit: Commit; onClose: () => void; title: string; submit: string; operation: "revert" | "cherry-pick"; text: string;
}): JSX.Element {
  const repository = useRepository();
  const tell = useToast();
  const [branch, setBranch] = useState(repository.default_branch);
  const [parent, setParent] = useState(1);
  const [message, setMessage] = useState("");
  const act = async (): Promise<void> => {
    const isMerge = commit.parents.length > 1;
    await change("POST", path`/repositories/${repository.id}/branches/${branch}/` + operation, {
      ref: commit.id, parent_number: isMerge ? parent : operation === "revert" ? 0 : undefined,
      ...(message.trim() ? { commit_overrides: { message } } : {}),
    });
    tell(`${branch} has a new commit`);
    onClose();
    navigate(ofRepository(repository.id, "commits", { ref: branch }));
  };
  return (
    <Dialog title={title} submit={submit} onClose={onClose} onSubmit={act}>
      <p className="wrap"><code>{shortID(commit.id)}</code> <bdi>{shown(commit.message.split("\n")[0] ?? "")}</bdi></p>
      <p className="muted small">{text}</p>
      <div><RefPicker repository={repository.id} value={branch} onChange={setBranch} kinds={["branches"]} label="On branch" /></div>
      <Parent commit={commit} value={parent} onChange={setParent} />
      <Field label="Message" name="message" value={message} placeholder="As the API writes it" onChange={(event) => setMessage(event.target.value)} />
    </Dialog>
  );
}
