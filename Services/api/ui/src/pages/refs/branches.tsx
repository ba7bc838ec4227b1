import { useState } from "react";
import { Button, Dialog, Menu, More } from "../../components/controls";
import { Empty, ErrorPanel, Loading, useToast } from "../../components/feedback";
import { change, Commit, get, Page, path, Ref } from "../../core/api";
import { count, shortID, shown } from "../../core/format";
import { useLoad, useRows, useSettled } from "../../core/hooks";
import { Link, ofRepository, useQuery, useTitle } from "../../core/router";
import { commitAt } from "../commits/commits";
import { MergeDialog } from "../compare/merge";
import { compareAt } from "../compare/where";
import { folderAt } from "../objects/where";
import { useRepository } from "../repository/context";
import { CreateBranch } from "./create-branch";
import { Deleted } from "./deleted";

type Action = { branch: string; what: "create" | "delete" | "merge" };

/** The branches of a repository, and how far each is from the default one. */
export default function Branches(): JSX.Element {
  const repository = useRepository();
  useTitle("Branches", repository.id);
  const [prefix, setPrefix] = useQuery("prefix");
  const wanted = useSettled(prefix);
  const list = useRows<Ref>(path`/repositories/${repository.id}/branches`, { prefix: wanted }, 50);
  const [action, setAction] = useState<Action | null>(null);
  const [version, setVersion] = useState(0);
  const canWrite = !repository.read_only;
  const close = (): void => setAction(null);
  const changed = (): void => { list.reload(); setVersion(version + 1); };
  return (
    <div className="stack">
      <div className="row apart">
        <input className="input" type="search" value={prefix} aria-label="Search branches by how names begin" placeholder="Name begins with…" onChange={(event) => setPrefix(event.target.value, true)} />
        {canWrite && <Button kinds={["primary"]} onClick={() => setAction({ branch: repository.default_branch, what: "create" })}>New branch…</Button>}
      </div>
      <section className="panel" aria-label="Branches">
        {list.error !== undefined && <ErrorPanel error={list.error} retry={list.reload} />}
        <ul className="list">
          {list.rows.map((branch) => <Row key={branch.id} branch={branch} canWrite={canWrite} onAction={(what) => setAction({ branch: branch.id, what })} />)}
        </ul>
        {list.isLoading && list.rows.length === 0 && <Loading what="branches" />}
        {!list.isLoading && list.error === undefined && list.rows.length === 0 && <Empty title="No branch begins so"><Button onClick={() => setPrefix("")}>Show all</Button></Empty>}
        <More {...list} />
      </section>
      <Deleted key={version} repository={repository.id} kind="branch" canWrite={canWrite} onDone={changed} />
      {action?.what === "create" && <CreateBranch repository={repository.id} source={action.branch} onClose={close} />}
      {action?.what === "merge" && <MergeDialog repository={repository.id} source={action.branch} destination={repository.default_branch} onClose={close} onDone={changed} />}
      {action?.what === "delete" && <DeleteBranch repository={repository.id} branch={action.branch} onClose={close} onDone={changed} />}
    </div>
  );
}

function Row({ branch, canWrite, onAction }: { branch: Ref; canWrite: boolean; onAction: (what: Action["what"]) => void }): JSX.Element {
  const repository = useRepository();
  const main = repository.default_branch;
  const isMain = branch.id === main;
  return (
    <li>
      <Link to={folderAt(repository.id, branch.id, "")} className="clip grow" title={shown(branch.id)} aria-current={undefined}><bdi>{shown(branch.id)}</bdi></Link>
      {isMain ? <span className="badge accent">default</span> : <Distance repository={repository.id} branch={branch.id} from={main} />}
      <Link to={commitAt(repository.id, branch.commit_id)} aria-current={undefined}><code>{shortID(branch.commit_id)}</code></Link>
      <Menu label="⋯" name={`Actions on ${shown(branch.id)}`} kinds={["quiet", "small"]}>
        {(close) => (
          <>
            <Link className="item" to={ofRepository(repository.id, "commits", { ref: branch.id })} aria-current={undefined}>Commits</Link>
            <Link className="item" to={ofRepository(repository.id, "changes", { ref: branch.id })} aria-current={undefined}>Uncommitted changes</Link>
            {!isMain && <Link className="item" to={compareAt(repository.id, main, branch.id)} aria-current={undefined}>Compare with {shown(main)}</Link>}
            {canWrite && <button type="button" className="item" onClick={() => { close(); onAction("create"); }}>New branch from it…</button>}
            {canWrite && !isMain && <button type="button" className="item" onClick={() => { close(); onAction("merge"); }}>Merge…</button>}
            {canWrite && !isMain && <button type="button" className="item removed" onClick={() => { close(); onAction("delete"); }}>Delete…</button>}
          </>
        )}
      </Menu>
    </li>
  );
}

/** Commits are counted up to so many. */
const counted = 100;

/** How many commits a branch has that the default one has not, and the other way round. */
function Distance({ repository, branch, from }: { repository: string; branch: string; from: string }): JSX.Element | null {
  const found = useLoad(async (signal) => {
    const base = await get<{ base_commit_id: string }>(path`/repositories/${repository}/refs/${branch}/merge/${from}`, {}, signal);
    const since = async (ref: string): Promise<string> => {
      const log = await get<Page<Commit>>(path`/repositories/${repository}/refs/${ref}/commits`, { stop_at: base.base_commit_id, amount: counted, first_parent: true }, signal);
      const found = log.results.filter(({ id }) => id !== base.base_commit_id).length;
      return log.pagination.has_more ? `${counted}+` : count(found);
    };
    return { ahead: await since(branch), behind: await since(from) };
  }, [repository, branch, from]);
  if (!found.value) return null;
  const { ahead, behind } = found.value;
  if (ahead === "0" && behind === "0") return <span className="muted small">even with {shown(from)}</span>;
  return <span className="muted small" title={`Commits by first parents since the two parted, against ${shown(from)}`}>{ahead} ahead, {behind} behind</span>;
}

function DeleteBranch({ repository, branch, onClose, onDone }: { repository: string; branch: string; onClose: () => void; onDone: () => void }): JSX.Element {
  const tell = useToast();
  const remove = async (): Promise<void> => {
    await change("DELETE", path`/repositories/${repository}/branches/${branch}`);
    tell(`${shown(branch)} is deleted`);
    onClose();
    onDone();
  };
  return (
    <Dialog title="Delete this branch?" submit="Delete" danger onClose={onClose} onSubmit={remove}>
      <p className="wrap"><code><bdi>{shown(branch)}</bdi></code> and what is uncommitted on it go. Its commits can be brought back, below the list of branches; what is uncommitted cannot.</p>
    </Dialog>
  );
}
