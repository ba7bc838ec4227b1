import { FormEvent, useEffect, useState } from "react";
import { Button, Copy, Field } from "../../components/controls";
import { ErrorPanel } from "../../components/feedback";
import { get, send } from "../../core/api";
import { Link, navigate, useTitle } from "../../core/router";

interface Keys { access_key_id: string; secret_access_key: string }

/** The first set-up: makes the administrator, and shows the keys once. */
export default function Setup(): JSX.Element {
  useTitle("Set-up");
  const [name, setName] = useState("admin");
  const [token, setToken] = useState("");
  const [keys, setKeys] = useState<Keys | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  useEffect(() => {
    get<{ state: string }>("/setup_lakefs").then(({ state }) => { if (state === "initialized") navigate("/login", { replace: true }); }, setError);
  }, []);
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      const answer = await send("POST", "/setup_lakefs", { body: { username: name }, headers: { "X-Tarn-Setup-Token": token } });
      setKeys((await answer.json()) as Keys);
    } catch (problem) {
      setError(problem);
    } finally {
      setIsBusy(false);
    }
  };
  if (keys) return <ShownOnce keys={keys} />;
  return (
    <form className="panel pad narrow stack" onSubmit={make}>
      <h1>Welcome to Tarn</h1>
      <p className="muted">Make the administrator. Its access key works here, in the REST API, and for S3 clients.</p>
      <Field label="User name" name="username" value={name} required autoFocus onChange={(event) => setName(event.target.value)} />
      <Field label="Set-up token" name="token" type="password" value={token} required autoComplete="off" onChange={(event) => setToken(event.target.value)}
        help={<>What whoever installed Tarn knows: the file <code>secrets/setup-token</code> of the local runner, or <code>TARN_SETUP_TOKEN</code>.</>} />
      {error !== null && <ErrorPanel error={error} />}
      <Button type="submit" kinds={["primary"]} disabled={isBusy}>Make the administrator</Button>
    </form>
  );
}

function ShownOnce({ keys }: { keys: Keys }): JSX.Element {
  const lines = `AWS_ACCESS_KEY_ID=${keys.access_key_id}\nAWS_SECRET_ACCESS_KEY=${keys.secret_access_key}\n`;
  const download = (): void => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines], { type: "text/plain" }));
    link.download = "tarn-credentials.env";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <div className="panel pad narrow stack">
      <h1>Keep these keys</h1>
      <p className="note warn">The secret is shown this once. Nobody can show it again, not even an administrator.</p>
      <dl className="stack tight">
        <div><dt className="label">Access key</dt><dd className="row"><code className="wrap grow" data-testid="access-key">{keys.access_key_id}</code><Copy text={keys.access_key_id} /></dd></div>
        <div><dt className="label">Secret key</dt><dd className="row"><code className="wrap grow" data-testid="secret-key" data-secret>{keys.secret_access_key}</code><Copy text={keys.secret_access_key} /></dd></div>
      </dl>
      <div className="actions">
        <Button onClick={download}>Download</Button>
        <Link className="button primary" to="/login">I have kept them</Link>
      </div>
    </div>
  );
}
