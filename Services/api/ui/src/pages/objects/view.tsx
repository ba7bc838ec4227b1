import { useState } from "react";
import { Copy, Size, When } from "../../components/controls";
import { Empty, ErrorPanel, Loading } from "../../components/feedback";
import { RefPicker } from "../../components/refs";
import { ApiError, Entry, get, path } from "../../core/api";
import { count, lastPart, shown } from "../../core/format";
import { useLoad } from "../../core/hooks";
import { Link, navigate, useQuery, useTitle } from "../../core/router";
import { Preview } from "../../previews/preview";
import { useReference, useRepository } from "../repository/context";
import { useIsBranch } from "./branch";
import { Crumbs } from "./crumbs";
import { DeleteObjects } from "./delete";
import { Actions } from "./listing";
import { UserMetadata } from "./metadata";
import { bytesAt, folderAt, objectAt, parts } from "./where";

/** One object: what is known of it, and what is in it. */
export default function View(): JSX.Element {
  const repository = useRepository();
  const [ref] = useReference();
  const [of] = useQuery("path");
  useTitle(lastPart(of), repository.id);
  const isBranch = useIsBranch(repository.id, ref);
  const canWrite = isBranch === true && !repository.read_only;
  const [isDeleting, setIsDeleting] = useState(false);
  const found = useLoad((signal) => get<Entry>(path`/repositories/${repository.id}/refs/${ref}/objects/stat`, { path: of }, signal), [repository.id, ref, of]);
  const folders = parts(of);
  const above = folders[folders.length - (of.endsWith("/") ? 2 : 1)]?.prefix ?? "";
  if (!of) return <Empty title="No object is named"><Link to={folderAt(repository.id, ref, "")}>To the objects</Link></Empty>;
  return (
    <div className="stack">
      <div className="row">
        <RefPicker repository={repository.id} value={ref} onChange={(next) => navigate(objectAt(repository.id, next, of))} />
        <Crumbs repository={repository.id} refName={ref} of={of} />
      </div>
      {found.error !== undefined && <ErrorPanel error={explained(found.error, ref)} retry={found.reload} />}
      {!found.value && found.isLoading && <Loading what="the object" />}
      {found.value && (
        <div className="object-page">
          <section className="panel pad stack tight object-content" aria-label="Content">
            <Preview repository={repository.id} refName={ref} entry={found.value} />
          </section>
          <aside className="stack" aria-label="About this object">
            <section className="panel pad stack tight">
              <div className="row apart">
                <a className="button primary" href={bytesAt(repository.id, ref, of)} download={lastPart(of)}>Download</a>
                <Actions repository={repository.id} refName={ref} entry={found.value} onDelete={canWrite ? () => setIsDeleting(true) : undefined} label="More ▾" />
              </div>
              <Facts entry={found.value} />
            </section>
            <UserMetadata repository={repository.id} branch={ref} entry={found.value} canWrite={canWrite} onDone={found.reload} />
          </aside>
        </div>
      )}
      {isDeleting && found.value && (
        <DeleteObjects repository={repository.id} branch={ref} entry={found.value} onClose={() => setIsDeleting(false)}
          onDone={() => navigate(folderAt(repository.id, ref, above), { replace: true })} />
      )}
    </div>
  );
}

function explained(error: unknown, ref: string): unknown {
  return error instanceof ApiError && error.status === 404 ? new ApiError(404, `There is no such object on ${ref}: ${error.message}.`) : error;
}

function Facts({ entry }: { entry: Entry }): JSX.Element {
  return (
    <dl className="object-facts small">
      <dt>Size</dt><dd><Size count={entry.size_bytes} />{(entry.size_bytes ?? 0) >= 1024 && <span className="muted"> ({count(entry.size_bytes ?? 0)} bytes)</span>}</dd>
      <dt>Changed</dt><dd><When seconds={entry.mtime} /></dd>
      <dt>Type</dt><dd className="wrap">{entry.content_type}</dd>
      <dt>Checksum</dt><dd className="wrap"><code>{entry.checksum}</code></dd>
      <dt>Address</dt><dd><code className="wrap">{shown(entry.physical_address)}</code> <Copy text={entry.physical_address} /></dd>
    </dl>
  );
}
