import { useState } from "react";
import { Button, Dialog, More } from "../../components/controls";
import { ErrorPanel, Loading, useToast } from "../../components/feedback";
import { change, message } from "../../core/api";
import { shown } from "../../core/format";
import { useRows, useSettled } from "../../core/hooks";
import { Link } from "../../core/router";

interface Named { id: string }

/** What belongs to something, such as the members of a group: listed, added from all there are, and taken away. */
export function Attached({ title, help, list, all, at, put, onChange }: {
  title: string; help: string;
  /** The list of what is attached, and the list of all that may be. */
  list: string; all: string;
  /** Each one's page. */
  at: (id: string) => string;
  /** Where one is put to be attached, and deleted to be taken away. */
  put: (id: string) => string;
  onChange?: () => void;
}): JSX.Element {
  const tell = useToast();
  const rows = useRows<Named>(list, {}, 100);
  const [isAdding, setIsAdding] = useState(false);
  const changed = (): void => { rows.reload(); onChange?.(); };
  const remove = async (id: string): Promise<void> => {
    try {
      await change("DELETE", put(id));
      changed();
    } catch (error) {
      tell(message(error), true);
    }
  };
  return (
    <section className="panel" aria-label={title}>
      <header><h2>{title}</h2><span className="grow" /><Button kinds={["small"]} onClick={() => setIsAdding(true)} aria-label={`Add to ${title}`}>Add…</Button></header>
      {rows.error !== undefined && <ErrorPanel error={rows.error} retry={rows.reload} />}
      <ul className="list">
        {rows.rows.map(({ id }) => (
          <li key={id}>
            <Link to={at(id)} className="clip grow" aria-current={undefined}><bdi>{shown(id)}</bdi></Link>
            <Button kinds={["quiet", "small"]} aria-label={`Take ${shown(id)} away`} onClick={() => { void remove(id); }}>Take away</Button>
          </li>
        ))}
        {!rows.isLoading && rows.error === undefined && rows.rows.length === 0 && <li className="muted small">{help}</li>}
      </ul>
      <More {...rows} />
      {isAdding && <Add title={title} all={all} put={put} has={new Set(rows.rows.map(({ id }) => id))} onClose={() => setIsAdding(false)} onDone={changed} />}
    </section>
  );
}

function Add({ title, all, put, has, onClose, onDone }: {
  title: string; all: string; put: (id: string) => string; has: Set<string>; onClose: () => void; onDone: () => void;
}): JSX.Element {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const prefix = useSettled(text);
  const rows = useRows<Named>(all, { prefix }, 50);
  const add = async (): Promise<void> => {
    if (chosen === null) return;
    await change("PUT", put(chosen));
    onClose();
    onDone();
  };
  return (
    <Dialog title={`Add to ${title}`} submit="Add" onClose={onClose} onSubmit={add} disabled={chosen === null}>
      <input className="input" autoFocus type="search" aria-label="Search by how names begin" placeholder="Name begins with…" value={text} onChange={(event) => setText(event.target.value)} />
      {rows.error !== undefined && <ErrorPanel error={rows.error} />}
      <div className="choices" role="radiogroup" aria-label="Choices">
        <ul className="list">
          {rows.rows.filter(({ id }) => !has.has(id)).map(({ id }) => (
            <li key={id}><label className="row"><input type="radio" name="chosen" checked={chosen === id} onChange={() => setChosen(id)} /><bdi className="wrap">{shown(id)}</bdi></label></li>
          ))}
          {!rows.isLoading && rows.rows.every(({ id }) => has.has(id)) && <li className="muted small">None that is not there already.</li>}
        </ul>
        {rows.isLoading && <Loading what="choices" />}
        <More {...rows} />
      </div>
    </Dialog>
  );
}
