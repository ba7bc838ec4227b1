import { useRef, useState } from "react";
import { Dialog } from "../../components/controls";
import { useToast } from "../../components/feedback";
import { change, Entry, get, Page, path } from "../../core/api";
import { count, shown } from "../../core/format";

interface Failures { errors: { path?: string; message: string }[] }

const batch = 1_000;

/** Asks before an object is deleted, or all below a folder; the latter tells how far it is and can be stopped. */
export function DeleteObjects({ repository, branch, entry, onClose, onDone }: {
  repository: string; branch: string; entry: Entry; onClose: () => void; onDone: () => void;
}): JSX.Element {
  const tell = useToast();
  const [deleted, setDeleted] = useState(0);
  const isStopped = useRef(false);
  const isFolder = entry.path_type === "common_prefix";
  const target = path`/repositories/${repository}/branches/${branch}/objects`;

  const folder = async (): Promise<void> => {
    let total = 0;
    for (let hasMore = true; hasMore && !isStopped.current;) {
      // What was listed is gone, so that the next page is again the first.
      const page = await get<Page<Entry>>(path`/repositories/${repository}/refs/${branch}/objects/ls`,
        { prefix: entry.path, amount: batch, user_metadata: false });
      if (page.results.length > 0) {
        const { errors } = await change<Failures>("POST", `${target}/delete`, { paths: page.results.map((row) => row.path) });
        if (errors[0]) throw new Error(`${errors[0].path ?? "An object"} was not deleted: ${errors[0].message}`);
      }
      total += page.results.length;
      setDeleted(total);
      hasMore = page.pagination.has_more;
    }
    tell(`${count(total)} objects are deleted on ${branch}`);
  };
  const remove = async (): Promise<void> => {
    try {
      if (isFolder) await folder();
      else {
        await change("DELETE", target, undefined, { path: entry.path });
        tell(`${shown(entry.path)} is deleted on ${branch}`);
      }
      onClose();
    } finally {
      onDone();
    }
  };
  return (
    <Dialog title={isFolder ? "Delete a folder?" : "Delete an object?"} submit="Delete" danger onSubmit={remove}
      onClose={() => { isStopped.current = true; onClose(); }}>
      <p className="wrap">{isFolder ? "All objects that begin with " : ""}<code><bdi>{shown(entry.path)}</bdi></code> {isFolder ? "are" : "is"} deleted on <code>{branch}</code>.
        Commits keep what they have: until you commit, this can be undone by reverting the change.</p>
      {deleted > 0 && <p role="status">{count(deleted)} deleted…</p>}
    </Dialog>
  );
}
