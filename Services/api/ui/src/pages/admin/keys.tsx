import { useState } from "react";
import { Button, Copy, Dialog, Field, More, When } from "../../components/controls";
import { ErrorPanel, useToast } from "../../components/feedback";
import { change, path } from "../../core/api";
import { shown } from "../../core/format";
import { useRows } from "../../core/hooks";
import { Key, NewKey } from "./types";

/** A user's access keys; the secret of a new one is shown once. */
export function Keys({ user }: { user: string }): JSX.Element {
  const tell = useToast();
  const list = useRows<Key>(path`/auth/users/${user}/credentials`, {}, 100);
  const [isCreating, setIsCreating] = useState(false);
  const [made, setMade] = useState<NewKey | null>(null);
  const [deleting, setDeleting] = useState<string | null>(null);
  const remove = async (): Promise<void> => {
    await change("DELETE", path`/auth/users/${user}/credentials/${deleting ?? ""}`);
    tell("The key is deleted");
    setDeleting(null);
    list.reload();
  };
  return (
    <section className="panel" aria-label="Access keys">
      <header><h2>Access keys</h2><span className="grow" /><Button kinds={["small"]} onClick={() => setIsCreating(true)}>New key…</Button></header>
      {made && <Secret made={made} onClose={() => setMade(null)} />}
      {list.error !== undefined && <ErrorPanel error={list.error} retry={list.reload} />}
      <ul className="list">
        {list.rows.map((key) => (
          <li key={key.access_key_id} className="conflict-row">
            <code className="clip">{key.access_key_id}</code>
            <span className="clip grow"><bdi>{shown(key.name ?? "")}</bdi></span>
            <span className="muted small">{key.last_used_date ? <>used <When seconds={key.last_used_date} /></> : "never used"}</span>
            {key.expiration_date && <span className={`badge ${key.expiration_date * 1_000 < Date.now() ? "bad" : "warn"}`}>ends <When seconds={key.expiration_date} /></span>}
            <span className="muted small">made <When seconds={key.creation_date} /></span>
            <Button kinds={["quiet", "small"]} aria-label={`Delete key ${key.access_key_id}`} onClick={() => setDeleting(key.access_key_id)}>Delete…</Button>
          </li>
        ))}
        {!list.isLoading && list.error === undefined && list.rows.length === 0 && <li className="muted small">No key: programs cannot act as this user.</li>}
      </ul>
      <More {...list} />
      {isCreating && <CreateKey user={user} onClose={() => setIsCreating(false)} onDone={(key) => { setMade(key); list.reload(); }} />}
      {deleting !== null && (
        <Dialog title="Delete this key?" submit="Delete" danger onClose={() => setDeleting(null)} onSubmit={remove}>
          <p className="wrap">Programs that use <code>{deleting}</code> stop working within five seconds.</p>
        </Dialog>
      )}
    </section>
  );
}

function CreateKey({ user, onClose, onDone }: { user: string; onClose: () => void; onDone: (key: NewKey) => void }): JSX.Element {
  const [name, setName] = useState("");
  const [end, setEnd] = useState("");
  const create = async (): Promise<void> => {
    const expiration = end ? Math.floor(new Date(`${end}T23:59:59`).getTime() / 1_000) : undefined;
    onDone(await change<NewKey>("POST", path`/auth/users/${user}/credentials`, { ...(name ? { name } : {}), ...(expiration ? { expiration_date: expiration } : {}) }));
    onClose();
  };
  return (
    <Dialog title="New access key" submit="Create" onClose={onClose} onSubmit={create}>
      <Field label="What it is for" name="name" value={name} autoFocus autoComplete="off" onChange={(event) => setName(event.target.value)} help="Such as the program that will use it." />
      <Field label="Last day" name="end" type="date" value={end} onChange={(event) => setEnd(event.target.value)} help="Empty for no end." />
    </Dialog>
  );
}

function Secret({ made, onClose }: { made: NewKey; onClose: () => void }): JSX.Element {
  const save = (): void => {
    const text = `[tarn]\naws_access_key_id = ${made.access_key_id}\naws_secret_access_key = ${made.secret_access_key}\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = "tarn-credentials";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <div className="note warn secret" role="status" aria-label="The new key">
      <strong>The secret is shown this once: keep it now.</strong>
      <div className="row"><code className="wrap">{made.access_key_id}</code><Copy text={made.access_key_id} label="Copy key" /></div>
      <div className="row"><code className="wrap" data-secret>{made.secret_access_key}</code><Copy text={made.secret_access_key} label="Copy secret" /></div>
      <div className="row"><Button kinds={["small"]} onClick={save}>Download as an AWS profile</Button><Button kinds={["small"]} onClick={onClose}>I have kept it</Button></div>
    </div>
  );
}
