import { ReactNode, useState } from "react";
import { Button, Dialog, More } from "../../components/controls";
import { Empty, ErrorPanel, Loading, useToast } from "../../components/feedback";
import { change } from "../../core/api";
import { shown } from "../../core/format";
import { useRows, useSettled } from "../../core/hooks";
import { useQuery } from "../../core/router";
import { AdminShell } from "./shell";

/** A list of users, groups or policies: searched, with a way to make another and to delete one. */
export function Listing<Row extends { id: string }>({ list, one, row, create, warning }: {
  list: string;
  /** What a row is, such as `user`. */
  one: string;
  row: (row: Row) => ReactNode;
  create: (close: () => void) => ReactNode;
  /** What deleting means. */
  warning: string;
}): JSX.Element {
  const [prefix, setPrefix] = useQuery("prefix");
  const wanted = useSettled(prefix);
  const rows = useRows<Row>(list, { prefix: wanted }, 100);
  const tell = useToast();
  const [isCreating, setIsCreating] = useState(false);
  const [deleting, setDeleting] = useState<string | null>(null);
  const remove = async (): Promise<void> => {
    await change("DELETE", `${list}/${encodeURIComponent(deleting ?? "")}`);
    tell(`${shown(deleting ?? "")} is deleted`);
    setDeleting(null);
    rows.reload();
  };
  return (
    <AdminShell>
      <div className="stack">
        <div className="row apart">
          <input className="input" type="search" value={prefix} aria-label="Search by how names begin" placeholder="Name begins with…" onChange={(event) => setPrefix(event.target.value, true)} />
          <Button kinds={["primary"]} onClick={() => setIsCreating(true)}>New {one}…</Button>
        </div>
        <section className="panel" aria-label="List">
          {rows.error !== undefined && <ErrorPanel error={rows.error} retry={rows.reload} />}
          <ul className="list">
            {rows.rows.map((value) => (
              <li key={value.id}>
                {row(value)}
                <Button kinds={["quiet", "small"]} aria-label={`Delete ${shown(value.id)}`} onClick={() => setDeleting(value.id)}>Delete…</Button>
              </li>
            ))}
          </ul>
          {rows.isLoading && rows.rows.length === 0 && <Loading what="the list" />}
          {!rows.isLoading && rows.error === undefined && rows.rows.length === 0 && <Empty title="None begins so"><Button onClick={() => setPrefix("")}>Show all</Button></Empty>}
          <More {...rows} />
        </section>
        {isCreating && create(() => setIsCreating(false))}
        {deleting !== null && (
          <Dialog title={`Delete this ${one}?`} submit="Delete" danger onClose={() => setDeleting(null)} onSubmit={remove}>
            <p className="wrap"><code><bdi>{shown(deleting)}</bdi></code> {warning}</p>
          </Dialog>
        )}
      </div>
    </AdminShell>
  );
}
