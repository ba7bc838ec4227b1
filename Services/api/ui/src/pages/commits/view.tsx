import { ReactNode, useState } from "react";
import { Changes, Differences, Nothing, Totals } from "../../components/changes";
import { Copy, Menu, When } from "../../components/controls";
import { Empty, ErrorPanel, Loading } from "../../components/feedback";
import { Commit, get, path } from "../../core/api";
import { shortID, shown } from "../../core/format";
import { useLoad } from "../../core/hooks";
import { Link, ofRepository, useQuery, useTitle } from "../../core/router";
import { compareAt } from "../compare/where";
import { folderAt } from "../objects/where";
import { CreateBranch } from "../refs/create-branch";
import { CreateTag } from "../refs/create-tag";
import { useRepository } from "../repository/context";
import { CherryPick, RevertCommit } from "./apply";
import { commitAt } from "./commits";

type Action = "revert" | "cherry-pick" | "branch" | "tag";

/** One commit: who, when, why, and what it changed. */
export default function View(): JSX.Element {
  const repository = useRepository();
  const [id] = useQuery("id");
  const found = useLoad((signal) => get<Commit>(path`/repositories/${repository.id}/commits/${id}`, {}, signal), [repository.id, id]);
  useTitle(found.value?.message.split("\n")[0] ?? "Commit", repository.id);
  if (!id) return <Empty title="No commit is named"><Link to={ofRepository(repository.id, "commits")} aria-current={undefined}>To the commits</Link></Empty>;
  if (found.error !== undefined) return <ErrorPanel error={found.error} retry={found.reload} />;
  if (!found.value) return <Loading what="the commit" />;
  return <Shown commit={found.value} />;
}

function Shown({ commit }: { commit: Commit }): JSX.Element {
  const repository = useRepository();
  const [action, setAction] = useState<Action | null>(null);
  const [line = "", ...rest] = commit.message.split("\n");
  const parent = commit.parents[0];
  const pairs = Object.entries(commit.metadata ?? {});
  const differences: Differences | null = parent === undefined ? null : {
    target: path`/repositories/${repository.id}/refs/${parent}/diff/${commit.id}`, query: { type: "two_dot" },
    open: (change) => compareAt(repository.id, parent, commit.id, { type: "two_dot", path: change.path }),
  };
  const close = (): void => setAction(null);
  return (
    <div className="stack">
      <section className="panel pad stack tight" aria-label="Commit">
        <div className="row apart">
          <h2 className="wrap"><bdi>{shown(line) || "(no message)"}</bdi></h2>
          <div className="row">
            <Link to={folderAt(repository.id, commit.id, "")} className="button" aria-current={undefined}>Browse objects</Link>
            <Menu label="More ▾" name="Actions on this commit">
              {(shut) => {
                const item = (name: string, which: Action): ReactNode =>
                  <button key={which} type="button" className="item" onClick={() => { shut(); setAction(which); }}>{name}</button>;
                return (
                  <>
                    {!repository.read_only && parent !== undefined && [item("Revert…", "revert"), item("Cherry-pick…", "cherry-pick")]}
                    {!repository.read_only && [item("New branch here…", "branch"), item("New tag here…", "tag")]}
                    {parent !== undefined && <Link className="item" to={compareAt(repository.id, parent, commit.id, { type: "two_dot" })} aria-current={undefined}>Compare with its parent</Link>}
                  </>
                );
              }}
            </Menu>
          </div>
        </div>
        {rest.join("\n").trim() && <p className="wrap commit-text"><bdi>{rest.map(shown).join("\n").trim()}</bdi></p>}
        <dl className="object-facts small">
          <dt>By</dt><dd className="wrap"><bdi>{shown(commit.committer)}</bdi></dd>
          <dt>Made</dt><dd><When seconds={commit.creation_date} /></dd>
          <dt>Commit</dt><dd className="row"><code className="wrap">{commit.id}</code><Copy text={commit.id} /></dd>
          <dt>{commit.parents.length > 1 ? "Parents" : "Parent"}</dt>
          <dd className="row">{parent === undefined ? "none: the first commit" : commit.parents.map((one) => <Link key={one} to={commitAt(repository.id, one)} aria-current={undefined}><code>{shortID(one)}</code></Link>)}</dd>
          {pairs.map(([key, value]) => [<dt key={`${key}-key`} className="wrap"><bdi>{shown(key)}</bdi></dt>, <dd key={key} className="wrap"><bdi>{shown(value)}</bdi></dd>])}
        </dl>
      </section>
      {differences && (
        <section className="panel" aria-label="Changes of this commit">
          <header><h2>Changes{commit.parents.length > 1 ? " against the first parent" : ""}</h2><span className="grow" /><Totals differences={differences} /></header>
          <Changes differences={differences} nothing={<Nothing title="No object changed"><p>This commit has the same objects as its parent.</p></Nothing>} />
        </section>
      )}
      {action === "revert" && <RevertCommit commit={commit} onClose={close} />}
      {action === "cherry-pick" && <CherryPick commit={commit} onClose={close} />}
      {action === "branch" && <CreateBranch repository={repository.id} source={commit.id} onClose={close} />}
      {action === "tag" && <CreateTag repository={repository.id} source={commit.id} onClose={close} />}
    </div>
  );
}
