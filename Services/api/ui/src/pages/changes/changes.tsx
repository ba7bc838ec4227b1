import { useState } from "react";
import { Button, Dialog } from "../../components/controls";
import { Changes, Differences, Nothing, Totals } from "../../components/changes";
import { useToast } from "../../components/feedback";
import { RefPicker } from "../../components/refs";
import { Change, change, path } from "../../core/api";
import { shown } from "../../core/format";
import { Link, useTitle } from "../../core/router";
import { useIsBranch } from "../objects/branch";
import { folderAt, objectAt } from "../objects/where";
import { useReference, useRepository } from "../repository/context";
import { CommitDialog } from "./commit";

/** What was written to a branch since its last commit. */
export default function Uncommitted(): JSX.Element {
  const repository = useRepository();
  const [branch, setBranch] = useReference();
  useTitle("Uncommitted changes", branch, repository.id);
  const isBranch = useIsBranch(repository.id, branch);
  const [version, setVersion] = useState(0);
  const [isCommitting, setIsCommitting] = useState(false);
  const [reverting, setReverting] = useState<Change | "all" | null>(null);
  const canWrite = !repository.read_only;
  const differences: Differences = {
    target: path`/repositories/${repository.id}/branches/${branch}/diff`,
    open: (one) => (one.type === "removed" ? objectAt(repository.id, `${branch}@`, one.path) : objectAt(repository.id, branch, one.path)),
    ...(canWrite ? {
      actions: (one: Change) => <Button kinds={["quiet", "small"]} aria-label={`Revert ${shown(one.path)}`} onClick={() => setReverting(one)}>Revert…</Button>,
    } : {}),
  };
  const changed = (): void => setVersion(version + 1);
  return (
    <div className="stack">
      <div className="row apart">
        <RefPicker repository={repository.id} value={branch} onChange={setBranch} kinds={["branches"]} label="Branch" />
        {canWrite && isBranch && (
          <div className="row">
            <Button onClick={() => setReverting("all")}>Revert all…</Button>
            <Button kinds={["primary"]} onClick={() => setIsCommitting(true)}>Commit…</Button>
          </div>
        )}
      </div>
      {isBranch === false && <p className="note small">There is no branch of this name; only branches have uncommitted changes.</p>}
      {isBranch && (
        <section className="panel" aria-label="Uncommitted changes">
          <header><h2>Uncommitted on <bdi>{shown(branch)}</bdi></h2><span className="grow" /><Totals differences={differences} version={version} /></header>
          <Changes differences={differences} version={version} nothing={
            <Nothing title="Nothing to commit">
              <p>All that was written to this branch is in its last commit. What any client writes, uploads or deletes shows up here first.</p>
              <Link to={folderAt(repository.id, branch, "")} className="button" aria-current={undefined}>To the objects</Link>
            </Nothing>
          } />
        </section>
      )}
      {isCommitting && <CommitDialog repository={repository.id} branch={branch} onClose={() => setIsCommitting(false)} onDone={changed} />}
      {reverting && <Revert repository={repository.id} branch={branch} what={reverting} onClose={() => setReverting(null)} onDone={changed} />}
    </div>
  );
}

function Revert({ repository, branch, what, onClose, onDone }: {
  repository: string; branch: string; what: Change | "all"; onClose: () => void; onDone: () => void;
}): JSX.Element {
  const tell = useToast();
  const isFolder = what !== "all" && what.path_type === "common_prefix";
  const revert = async (): Promise<void> => {
    await change("PUT", path`/repositories/${repository}/branches/${branch}`,
      what === "all" ? { type: "reset" } : { type: isFolder ? "common_prefix" : "object", path: what.path });
    tell(what === "all" ? `${branch} is as it was committed` : `${shown(what.path)} is as it was committed`);
    onClose();
    onDone();
  };
  return (
    <Dialog title={what === "all" ? "Revert all changes?" : "Revert this change?"} submit="Revert" danger onClose={onClose} onSubmit={revert}>
      <p className="wrap">
        {what === "all" ? "Everything" : isFolder ? <>All that begins with <code><bdi>{shown(what.path)}</bdi></code></> : <code><bdi>{shown(what.path)}</bdi></code>} on <code>{shown(branch)}</code> goes
        back to what the last commit has. What was written since cannot be brought back.
      </p>
    </Dialog>
  );
}
