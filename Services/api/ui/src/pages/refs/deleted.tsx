import { useState } from "react";
import { Button, More, When } from "../../components/controls";
import { ErrorPanel, useToast } from "../../components/feedback";
import { change, message, Move, path } from "../../core/api";
import { shortID, shown } from "../../core/format";
import { useRows } from "../../core/hooks";
import { Link } from "../../core/router";
import { commitAt } from "../commits/commits";

/** Branches or tags that were deleted, the latest first, and a way to bring each back. */
export function Deleted({ repository, kind, canWrite, onDone }: {
  repository: string; kind: Move["kind"]; canWrite: boolean; onDone: () => void;
}): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <section className="panel" aria-label={`Deleted ${kind === "branch" ? "branches" : "tags"}`}>
      <header>
        <Button kinds={["quiet"]} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}><span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>Deleted {kind === "branch" ? "branches" : "tags"}</Button>
      </header>
      {isOpen && <List {...{ repository, kind, canWrite, onDone }} />}
    </section>
  );
}

function List({ repository, kind, canWrite, onDone }: { repository: string; kind: Move["kind"]; canWrite: boolean; onDone: () => void }): JSX.Element {
  const tell = useToast();
  const list = useRows<Move>(path`/repositories/${repository}/ref_log`, { deleted: true }, 100);
  const rows = list.rows.filter((move) => move.kind === kind);
  const undelete = async (move: Move): Promise<void> => {
    try {
      await change("POST", kind === "branch" ? path`/repositories/${repository}/branches/${move.ref}/undelete` : path`/repositories/${repository}/tags/${move.ref}/undelete`,
        { deletion: move.id });
      tell(`${shown(move.ref)} is back`);
      onDone();
    } catch (error) {
      tell(message(error), true);
    }
  };
  if (list.error !== undefined) return <ErrorPanel error={list.error} retry={list.reload} />;
  return (
    <>
      <ul className="list">
        {rows.map((move) => (
          <li key={move.id}>
            <span className="clip grow"><bdi>{shown(move.ref)}</bdi></span>
            {move.from && <Link to={commitAt(repository, move.from)} aria-current={undefined}><code>{shortID(move.from)}</code></Link>}
            <span className="muted small">deleted <When seconds={move.date} /> by <bdi>{shown(move.actor)}</bdi></span>
            {canWrite && <Button kinds={["small"]} aria-label={`Bring ${shown(move.ref)} back`} onClick={() => { void undelete(move); }}>Bring back</Button>}
          </li>
        ))}
        {!list.isLoading && rows.length === 0 && <li className="muted">None{list.hasMore ? " in what is shown so far" : ""}.</li>}
      </ul>
      <More {...list} />
    </>
  );
}
