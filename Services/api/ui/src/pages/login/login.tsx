import { FormEvent, useEffect, useState } from "react";
import { Button, Field } from "../../components/controls";
import { ErrorPanel } from "../../components/feedback";
import { ApiError, get, send } from "../../core/api";
import { navigate, usePlace, useTitle } from "../../core/router";

/** Where to go behind the login: a place of these pages, never another site. */
function onward(next: string | null): string {
  return next && next.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") && !next.startsWith("/login") ? next : "/repositories";
}

export default function Login(): JSX.Element {
  useTitle("Sign in");
  const { query } = usePlace();
  const [key, setKey] = useState("");
  const [secret, setSecret] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  useEffect(() => {
    get<{ state: string }>("/setup_lakefs").then(({ state }) => { if (state !== "initialized") navigate("/setup", { replace: true }); }, () => undefined);
  }, []);
  const enter = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      await send("POST", "/auth/login", { body: { access_key_id: key.trim(), secret_access_key: secret.trim() } });
      navigate(onward(query.get("next")), { replace: true });
    } catch (problem) {
      setError(problem instanceof ApiError && problem.status === 401 ? new Error("The access key or its secret is wrong.") : problem);
      setIsBusy(false);
    }
  };
  return (
    <form className="panel pad narrow stack" onSubmit={enter}>
      <div className="row"><img src="/favicon.svg" alt="" width="36" height="36" /><h1>Sign in to Tarn</h1></div>
      <Field label="Access key" name="key" value={key} required autoFocus autoComplete="username" onChange={(event) => setKey(event.target.value)} />
      <Field label="Secret key" name="secret" type="password" value={secret} required autoComplete="current-password" onChange={(event) => setSecret(event.target.value)} />
      {error !== null && <ErrorPanel error={error} />}
      <Button type="submit" kinds={["primary"]} disabled={isBusy}>Sign in</Button>
    </form>
  );
}
