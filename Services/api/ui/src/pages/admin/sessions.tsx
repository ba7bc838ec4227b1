import { useState } from "react";
import { Button, Dialog, More, When } from "../../components/controls";
import { useToast } from "../../components/feedback";
import { change, path } from "../../core/api";
import { shown } from "../../core/format";
import { useRows } from "../../core/hooks";
import { Key } from "./types";

/** A user's short-lived keys, to be ended before their time; nothing where there are none, as they come and go by themselves. */
export function Sessions({ user }: { user: string }): JSX.Element | null {
  const tell = useToast();
  const list = useRows<Key>(path`/auth/users/${user}/sessions`, {}, 100);
  const [ending, setEnding] = useState<string | null>(null);
  const end = async (): Promise<void> => {
    await change("DELETE", path`/auth/users/${user}/sessions/${ending ?? ""}`);
    tell("The session is ended");
    setEnding(null);
    list.reload();
  };
  // Who may not list keys is told so where keys are.
  if (list.rows.length === 0) return null;
  return (
    <section className="panel" aria-label="Short-lived keys">
      <header><h2>Short-lived keys</h2></header>
      <ul className="list">
        {list.rows.map((key) => (
          <li key={key.access_key_id} className="conflict-row">
            <code className="clip">{key.access_key_id}</code>
            <span className="clip grow"><bdi>{shown(key.name ?? "")}</bdi></span>
            <span className="muted small">{key.last_used_date ? <>used <When seconds={key.last_used_date} /></> : "never used"}</span>
            {key.expiration_date && <span className="muted small">ends <When seconds={key.expiration_date} /></span>}
            <Button kinds={["quiet", "small"]} aria-label={`End ${key.access_key_id}`} onClick={() => setEnding(key.access_key_id)}>End…</Button>
          </li>
        ))}
      </ul>
      <More {...list} />
      {ending !== null && (
        <Dialog title="End this session?" submit="End" danger onClose={() => setEnding(null)} onSubmit={end}>
          <p className="wrap">Jobs that use <code>{ending}</code> stop working within five seconds. The key it was made with can make another.</p>
        </Dialog>
      )}
    </section>
  );
}
