import { useState } from "react";
import { Changes, Differences, Nothing, Totals } from "../../components/changes";
import { Button, Dialog, Field, When } from "../../components/controls";
import { Empty, ErrorPanel, Loading, useToast } from "../../components/feedback";
import { ApiError, change, get, message, path } from "../../core/api";
import { shortID, shown } from "../../core/format";
import { useLoad } from "../../core/hooks";
import { Link, ofRepository, useQuery, useTitle } from "../../core/router";
import { commitAt } from "../commits/commits";
import { compareAt } from "../compare/where";
import { useRepository } from "../repository/context";
import { Pull, seconds, stateKind } from "./pull";

/** One pull request: its state, what it would change, and what can be done with it. */
export default function View(): JSX.Element {
  const repository = useRepository();
  const [id] = useQuery("id");
  const found = useLoad((signal) => get<Pull>(path`/repositories/${repository.id}/pulls/${id}`, {}, signal), [repository.id, id]);
  useTitle(found.value?.title ?? "Pull request", repository.id);
  if (!id) return <Empty title="No pull request is named"><Link to={ofRepository(repository.id, "pulls")} aria-current={undefined}>To the pull requests</Link></Empty>;
  if (found.error !== undefined) return <ErrorPanel error={found.error} retry={found.reload} />;
  if (!found.value) return <Loading what="the pull request" />;
  return <Shown pull={found.value} reload={found.reload} />;
}

function Shown({ pull, reload }: { pull: Pull; reload: () => void }): JSX.Element {
  const repository = useRepository();
  const tell = useToast();
  const [isEditing, setIsEditing] = useState(false);
  const [isMerging, setIsMerging] = useState(false);
  const target = path`/repositories/${repository.id}/pulls/${pull.id}`;
  // What was merged is shown by its commit, whose first parent is the branch before it.
  const [left, right] = pull.merged_commit_id ? [`${pull.merged_commit_id}^1`, pull.merged_commit_id] : [pull.destination_branch, pull.source_branch];
  const type = pull.merged_commit_id ? "two_dot" : "three_dot";
  const differences: Differences = {
    target: path`/repositories/${repository.id}/refs/${left}/diff/${right}`, query: { type },
    open: (one) => compareAt(repository.id, left, right, { type, path: one.path }),
  };
  const set = async (status: "open" | "closed"): Promise<void> => {
    try {
      await change("PATCH", target, { status });
      tell(status === "open" ? "It is open again" : "It is closed");
    } catch (error) {
      tell(message(error), true);
    }
    reload();
  };
  return (
    <div className="stack">
      <section className="panel pad stack tight" aria-label="Pull request">
        <div className="row apart">
          <div className="row"><span className={`badge ${stateKind[pull.status]}`}>{pull.status}</span><h2 className="wrap"><bdi>{shown(pull.title) || "(no title)"}</bdi></h2></div>
          {!repository.read_only && (
            <div className="row">
              <Button onClick={() => setIsEditing(true)}>Edit…</Button>
              {pull.status === "open" && <Button onClick={() => { void set("closed"); }}>Close</Button>}
              {pull.status === "closed" && <Button onClick={() => { void set("open"); }}>Open again</Button>}
              {pull.status === "open" && <Button kinds={["primary"]} onClick={() => setIsMerging(true)}>Merge…</Button>}
            </div>
          )}
        </div>
        <p className="muted small wrap"><bdi>{shown(pull.author)}</bdi> proposed to merge <code><bdi>{shown(pull.source_branch)}</bdi></code> into <code><bdi>{shown(pull.destination_branch)}</bdi></code> <When seconds={seconds(pull.creation_date)} />
          {pull.closed_date && <>; {pull.status} <When seconds={seconds(pull.closed_date)} /></>}
          {pull.merged_commit_id && <> as <Link to={commitAt(repository.id, pull.merged_commit_id)} aria-current={undefined}><code>{shortID(pull.merged_commit_id)}</code></Link></>}.
        </p>
        {pull.description && <p className="wrap commit-text"><bdi>{pull.description.split("\n").map(shown).join("\n")}</bdi></p>}
      </section>
      <section className="panel" aria-label="Changes">
        <header><h2>{pull.merged_commit_id ? "What it changed" : "What it would change"}</h2><span className="grow" /><Totals differences={differences} /></header>
        <Changes key={`${left} ${right}`} differences={differences} nothing={<Nothing title="Nothing to merge"><p>{shown(pull.source_branch)} has no change that {shown(pull.destination_branch)} has not.</p></Nothing>} />
      </section>
      {isEditing && <Edit pull={pull} target={target} onClose={() => setIsEditing(false)} onDone={reload} />}
      {isMerging && <Merge pull={pull} target={target} onClose={() => setIsMerging(false)} onDone={reload} />}
    </div>
  );
}

function Edit({ pull, target, onClose, onDone }: { pull: Pull; target: string; onClose: () => void; onDone: () => void }): JSX.Element {
  const [title, setTitle] = useState(pull.title);
  const [description, setDescription] = useState(pull.description);
  const save = async (): Promise<void> => {
    await change("PATCH", target, { title, description });
    onClose();
    onDone();
  };
  return (
    <Dialog title="Edit the pull request" submit="Save" onClose={onClose} onSubmit={save} disabled={!title.trim()}>
      <Field label="Title" name="title" value={title} required autoFocus onChange={(event) => setTitle(event.target.value)} />
      <Field label="Description" name="description" area value={description} onChange={(event) => setDescription(event.target.value)} />
    </Dialog>
  );
}

function Merge({ pull, target, onClose, onDone }: { pull: Pull; target: string; onClose: () => void; onDone: () => void }): JSX.Element {
  const tell = useToast();
  const repository = useRepository();
  const [hasConflict, setHasConflict] = useState(false);
  const merge = async (): Promise<void> => {
    try {
      const { reference } = await change<{ reference: string }>("PUT", `${target}/merge`);
      tell(`Merged as ${shortID(reference)}`);
      onClose();
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      setHasConflict(true);
      throw new Error(`Both branches changed the same paths. Bring ${shown(pull.destination_branch)} into ${shown(pull.source_branch)} first, and settle them there.`);
    }
  };
  return (
    <Dialog title={`Merge into ${pull.destination_branch}?`} submit="Merge" onClose={onClose} onSubmit={merge}>
      <p className="wrap">A commit on <code><bdi>{shown(pull.destination_branch)}</bdi></code> takes all that <code><bdi>{shown(pull.source_branch)}</bdi></code> changed, and the pull request is over.</p>
      {hasConflict && <p><Link to={compareAt(repository.id, pull.source_branch, pull.destination_branch)} aria-current={undefined}>Merge {shown(pull.destination_branch)} into {shown(pull.source_branch)}</Link></p>}
    </Dialog>
  );
}
