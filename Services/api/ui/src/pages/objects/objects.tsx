import { DragEvent, useCallback, useEffect, useRef, useState } from "react";
import { Button, Copy, More } from "../../components/controls";
import { Empty, ErrorPanel, Loading } from "../../components/feedback";
import { RefPicker } from "../../components/refs";
import { Entry, path } from "../../core/api";
import { useRows, useSettled } from "../../core/hooks";
import { navigate, useQuery, useTitle } from "../../core/router";
import { useReference, useRepository } from "../repository/context";
import { useIsBranch } from "./branch";
import { Crumbs } from "./crumbs";
import { DeleteObjects } from "./delete";
import { Listing } from "./listing";
import { droppedFiles, pickedFiles, Picked } from "./upload/files";
import { Uploads } from "./upload/uploads";
import { folderAt, uris } from "./where";

/** The objects of a reference, a folder at a time. */
export default function Objects(): JSX.Element {
  const repository = useRepository();
  const [ref] = useReference();
  const [prefix] = useQuery("prefix");
  const [search, setSearch] = useQuery("search");
  useTitle(prefix || "Objects", repository.id);
  const starts = useSettled(search);
  const list = useRows<Entry>(path`/repositories/${repository.id}/refs/${ref}/objects/ls`, { prefix: prefix + starts, delimiter: "/", user_metadata: false }, 500);
  const isBranch = useIsBranch(repository.id, ref);
  const canWrite = isBranch === true && !repository.read_only;
  const [deleting, setDeleting] = useState<Entry | null>(null);
  const [picked, setPicked] = useState<Picked[]>([]);
  const [isOver, setIsOver] = useState(false);
  const forget = useCallback(() => setPicked([]), []);
  useEffect(forget, [repository.id, ref, forget]);

  const drop = async (event: DragEvent): Promise<void> => {
    event.preventDefault();
    setIsOver(false);
    if (canWrite) setPicked((await droppedFiles(event.dataTransfer)).map((one) => ({ ...one, path: prefix + one.path })));
  };
  return (
    <div className={`stack ${isOver && canWrite ? "drop" : ""}`} onDrop={(event) => { void drop(event); }}
      onDragOver={(event) => { event.preventDefault(); setIsOver(true); }}
      onDragLeave={(event) => { if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsOver(false); }}>
      <div className="row apart">
        <div className="row">
          <RefPicker repository={repository.id} value={ref} onChange={(next) => navigate(folderAt(repository.id, next, prefix))} />
          <input className="input object-search" type="search" value={search} aria-label="Search this folder by how names begin" placeholder="Name begins with…"
            onChange={(event) => setSearch(event.target.value, true)} />
        </div>
        {canWrite && <Pick onPick={(files) => setPicked(files.map((one) => ({ ...one, path: prefix + one.path })))} />}
      </div>
      {isBranch === false && <p className="note small">This is no branch: its objects can be read, and not changed.</p>}
      <Uploads repository={repository.id} branch={ref} files={picked} onDone={list.reload} onClose={forget} />
      <section className="panel" aria-label="Objects">
        <header>
          <Crumbs repository={repository.id} refName={ref} of={prefix} />
          <span className="grow" />
          <Copy text={uris(repository.id, ref, prefix)[0]?.uri ?? ""} label="Copy URI" />
        </header>
        {list.error !== undefined && <ErrorPanel error={list.error} retry={list.reload} />}
        {list.rows.length > 0 && <Listing repository={repository.id} refName={ref} prefix={prefix} rows={list.rows} onDelete={canWrite ? setDeleting : undefined} />}
        {list.isLoading && list.rows.length === 0 && <Loading what="objects" />}
        {!list.isLoading && list.error === undefined && list.rows.length === 0 && (starts
          ? <Empty title="Nothing here begins so"><Button onClick={() => setSearch("")}>Show all</Button></Empty>
          : <NothingHere repository={repository.id} refName={ref} prefix={prefix} canWrite={canWrite} />)}
        <More {...list} />
      </section>
      {list.rows.length > 0 && <p className="muted small" role="status">{list.rows.length.toLocaleString("en")}{list.hasMore ? " and more" : ""} {list.rows.length === 1 ? "entry" : "entries"}</p>}
      {deleting && <DeleteObjects repository={repository.id} branch={ref} entry={deleting} onClose={() => setDeleting(null)} onDone={list.reload} />}
    </div>
  );
}

function NothingHere({ repository, refName, prefix, canWrite }: { repository: string; refName: string; prefix: string; canWrite: boolean }): JSX.Element {
  if (!canWrite) return <Empty title="No objects here"><p>{prefix ? "Nothing on this reference begins with this path." : "This reference has no objects."}</p></Empty>;
  return (
    <Empty title={prefix ? "No objects here" : "No objects yet"}>
      <p>Drop files or folders here, or write with any S3 client: the repository is the bucket, and the branch is the first part of the key.</p>
      <pre className="code" tabIndex={0} aria-label="Example">aws s3 cp data.parquet {uris(repository, refName, prefix)[0]?.uri}data.parquet</pre>
    </Empty>
  );
}

function Pick({ onPick }: { onPick: (files: Picked[]) => void }): JSX.Element {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  useEffect(() => folder.current?.setAttribute("webkitdirectory", ""), []);
  const take = (input: HTMLInputElement): void => {
    onPick(pickedFiles(input.files));
    // The same files may be chosen again.
    input.value = "";
  };
  return (
    <div className="row">
      <input ref={files} type="file" multiple hidden aria-label="Files" onChange={(event) => take(event.currentTarget)} />
      <input ref={folder} type="file" multiple hidden aria-label="Folder" onChange={(event) => take(event.currentTarget)} />
      <Button onClick={() => folder.current?.click()}>Upload folder</Button>
      <Button kinds={["primary"]} onClick={() => files.current?.click()}>Upload files</Button>
    </div>
  );
}
