import { Menu, Size, When } from "../../components/controls";
import { useToast } from "../../components/feedback";
import { Windowed } from "../../components/windowed";
import { Entry, get, path } from "../../core/api";
import { copyText } from "../../core/clipboard";
import { bytes, count, shown } from "../../core/format";
import { useLoad } from "../../core/hooks";
import { Link } from "../../core/router";
import { bytesAt, folderAt, objectAt, uris } from "./where";

/** Folders and objects by name; only the rows in view are in the page. */
export function Listing({ repository, refName, prefix, rows, onDelete }: {
  repository: string; refName: string; prefix: string; rows: Entry[]; onDelete: ((entry: Entry) => void) | undefined;
}): JSX.Element {
  return (
    <Windowed label="Objects" rows={rows} rowHeight={38}
      head={
        <tr>
          <th scope="col">Name</th><th scope="col" className="number">Size</th><th scope="col" className="wide">Type</th>
          <th scope="col" className="wide">Changed</th><th scope="col"><span className="visually-hidden">Actions</span></th>
        </tr>
      }
      row={(entry) => <Row key={entry.path} {...{ repository, refName, prefix, entry, onDelete }} />} />
  );
}

function Row({ repository, refName, prefix, entry, onDelete }: {
  repository: string; refName: string; prefix: string; entry: Entry; onDelete: ((entry: Entry) => void) | undefined;
}): JSX.Element {
  const isFolder = entry.path_type === "common_prefix";
  // An object may be named as its folder is: it then has no name of its own.
  const name = entry.path.slice(prefix.length) || "(the folder itself)";
  return (
    <tr className="object-row">
      <td className="name clip">
        <Link className="object-name" title={shown(entry.path)} aria-current={undefined}
          to={isFolder ? folderAt(repository, refName, entry.path) : objectAt(repository, refName, entry.path)}>
          <span className={`object-icon ${isFolder ? "folder" : ""}`} aria-hidden="true" /><bdi>{shown(name)}</bdi>
        </Link>
      </td>
      <td className="number">{isFolder ? <Below repository={repository} refName={refName} prefix={entry.path} /> : <Size count={entry.size_bytes} />}</td>
      <td className="wide muted clip object-type">{isFolder ? "folder" : entry.content_type}</td>
      <td className="wide muted">{!isFolder && <When seconds={entry.mtime} />}</td>
      <td className="number"><Actions {...{ repository, refName, entry, onDelete }} /></td>
    </tr>
  );
}

/** How many objects are below a folder, and how large they are together. */
function Below({ repository, refName, prefix }: { repository: string; refName: string; prefix: string }): JSX.Element | null {
  const found = useLoad((signal) => get<{ results: { objects: number; size_bytes: number }[] }>(
    path`/repositories/${repository}/refs/${refName}/objects/summary`, { prefixes: prefix }, signal), [repository, refName, prefix]);
  const summary = found.value?.results[0];
  if (!summary) return null;
  return <span title={`${count(summary.objects)} objects, ${count(summary.size_bytes)} bytes`}>{bytes(summary.size_bytes)} <span className="muted small">in {count(summary.objects)}</span></span>;
}

export function Actions({ repository, refName, entry, onDelete, label = "⋯" }: {
  repository: string; refName: string; entry: Entry; onDelete: ((entry: Entry) => void) | undefined; label?: string;
}): JSX.Element {
  const tell = useToast();
  const isFolder = entry.path_type === "common_prefix";
  return (
    <Menu label={label} name={`Actions on ${shown(entry.path)}`} kinds={["quiet", "small"]}>
      {(close) => (
        <>
          {!isFolder && <a className="item" href={bytesAt(repository, refName, entry.path)} download={entry.path.split("/").pop()} onClick={close}>Download</a>}
          {uris(repository, refName, entry.path).map(({ name, uri }) => (
            <button key={name} type="button" className="item" onClick={() => { close(); void copyText(uri).then(() => tell(`${name} copied`)); }}>Copy {name}</button>
          ))}
          {onDelete && <button type="button" className="item removed" onClick={() => { close(); onDelete(entry); }}>Delete…</button>}
        </>
      )}
    </Menu>
  );
}
