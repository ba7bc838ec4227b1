import { useState } from "react";
import { Button, Dialog, Menu, More } from "../../components/controls";
import { Empty, ErrorPanel, Loading, useToast } from "../../components/feedback";
import { change, path, Ref } from "../../core/api";
import { shortID, shown } from "../../core/format";
import { useRows, useSettled } from "../../core/hooks";
import { Link, useQuery, useTitle } from "../../core/router";
import { commitAt } from "../commits/commits";
import { compareAt } from "../compare/where";
import { folderAt } from "../objects/where";
import { useRepository } from "../repository/context";
import { CreateTag } from "./create-tag";
import { Deleted } from "./deleted";

/** The tags of a repository. */
export default function Tags(): JSX.Element {
  const repository = useRepository();
  useTitle("Tags", repository.id);
  const [prefix, setPrefix] = useQuery("prefix");
  const wanted = useSettled(prefix);
  const list = useRows<Ref>(path`/repositories/${repository.id}/tags`, { prefix: wanted }, 100);
  const [isCreating, setIsCreating] = useState(false);
  const [deleting, setDeleting] = useState<string | null>(null);
  const [version, setVersion] = useState(0);
  const canWrite = !repository.read_only;
  const changed = (): void => { list.reload(); setVersion(version + 1); };
  return (
    <div className="stack">
      <div className="row apart">
        <input className="input" type="search" value={prefix} aria-label="Search tags by how names begin" placeholder="Name begins with…" onChange={(event) => setPrefix(event.target.value, true)} />
        {canWrite && <Button kinds={["primary"]} onClick={() => setIsCreating(true)}>New tag…</Button>}
      </div>
      <section className="panel" aria-label="Tags">
        {list.error !== undefined && <ErrorPanel error={list.error} retry={list.reload} />}
        <ul className="list">
          {list.rows.map((tag) => (
            <li key={tag.id}>
              <Link to={folderAt(repository.id, tag.id, "")} className="clip grow" title={shown(tag.id)} aria-current={undefined}><bdi>{shown(tag.id)}</bdi></Link>
              <Link to={commitAt(repository.id, tag.commit_id)} aria-current={undefined}><code>{shortID(tag.commit_id)}</code></Link>
              <Menu label="⋯" name={`Actions on ${shown(tag.id)}`} kinds={["quiet", "small"]}>
                {(close) => (
                  <>
                    <Link className="item" to={compareAt(repository.id, tag.id, repository.default_branch)} aria-current={undefined}>Compare with {shown(repository.default_branch)}</Link>
                    {canWrite && <button type="button" className="item removed" onClick={() => { close(); setDeleting(tag.id); }}>Delete…</button>}
                  </>
                )}
              </Menu>
            </li>
          ))}
        </ul>
        {list.isLoading && list.rows.length === 0 && <Loading what="tags" />}
        {!list.isLoading && list.error === undefined && list.rows.length === 0 && (wanted
          ? <Empty title="No tag begins so"><Button onClick={() => setPrefix("")}>Show all</Button></Empty>
          : <Empty title="No tags yet"><p>A tag gives a commit a name that stays: what a report was made from, or what a model was trained on.</p></Empty>)}
        <More {...list} />
      </section>
      <Deleted key={version} repository={repository.id} kind="tag" canWrite={canWrite} onDone={changed} />
      {isCreating && <CreateTag repository={repository.id} source={repository.default_branch} onClose={() => setIsCreating(false)} />}
      {deleting !== null && <DeleteTag repository={repository.id} tag={deleting} onClose={() => setDeleting(null)} onDone={changed} />}
    </div>
  );
}

function DeleteTag({ repository, tag, onClose, onDone }: { repository: string; tag: string; onClose: () => void; onDone: () => void }): JSX.Element {
  const tell = useToast();
  const remove = async (): Promise<void> => {
    await change("DELETE", path`/repositories/${repository}/tags/${tag}`);
    tell(`${shown(tag)} is deleted`);
    onClose();
    onDone();
  };
  return (
    <Dialog title="Delete this tag?" submit="Delete" danger onClose={onClose} onSubmit={remove}>
      <p className="wrap">Who reads by <code><bdi>{shown(tag)}</bdi></code> finds nothing from now on. It can be brought back, below the list of tags.</p>
    </Dialog>
  );
}
