import { FormEvent, useEffect, useState } from "react";
import { Button, Field } from "../../components/controls";
import { ErrorPanel } from "../../components/feedback";
import { ApiError, get, send, url } from "../../core/api";
import { navigate, usePlace, useQuery, useTitle } from "../../core/router";
import { failure } from "./failures";

/** Where to go behind the login: a place of these pages, never another site. */
function onward(next: string | null): string {
  return next && next.startsWith("/") && !next.startsWith("//") && !next.startsWith("/\\") && !next.startsWith("/login") ? next : "/repositories";
}

/** The same for the API, which takes no other characters and no longer places. */
function onwardByProvider(next: string | null): string {
  const place = onward(next);
  return /^[!#-[\]-~]{1,1024}$/.test(place) ? place : onward(null);
}

interface Setup { state: string; login_config?: { login_url: string; tarn?: { provider?: string } } }

export default function Login(): JSX.Element {
  useTitle("Sign in");
  const { query } = usePlace();
  const [way, setWay] = useQuery("with");
  const byPassword = way === "password";
  const [key, setKey] = useState("");
  const [secret, setSecret] = useState("");
  const led = failure(query.get("error"));
  const [error, setError] = useState<unknown>(led ? new Error(led) : null);
  const [provider, setProvider] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  useEffect(() => {
    get<Setup>("/setup_lakefs").then(({ state, login_config }) => {
      if (state !== "initialized") navigate("/setup", { replace: true });
      setProvider(login_config?.tarn?.provider ?? "");
    }, () => undefined);
  }, []);
  const enter = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      if (byPassword) await send("POST", "/auth/login/password", { body: { username: key.trim(), password: secret } });
      else await send("POST", "/auth/login", { body: { access_key_id: key.trim(), secret_access_key: secret.trim() } });
      navigate(onward(query.get("next")), { replace: true });
    } catch (problem) {
      setError(problem instanceof ApiError && problem.status === 401 ? new Error(byPassword ? "The user or the password is wrong." : "The access key or its secret is wrong.") : problem);
      setIsBusy(false);
    }
  };
  const change = (to: string): void => {
    setWay(to, true);
    setSecret("");
    setError(null);
  };
  return (
    <form className="panel pad narrow stack" onSubmit={enter}>
      <div className="row"><img src="/favicon.svg" alt="" width="36" height="36" /><h1>Sign in to Tarn</h1></div>
      <div className="row" role="group" aria-label="How to sign in">
        <Button kinds={byPassword ? ["small", "quiet"] : ["small"]} aria-pressed={!byPassword} onClick={() => change("")}>With an access key</Button>
        <Button kinds={byPassword ? ["small"] : ["small", "quiet"]} aria-pressed={byPassword} onClick={() => change("password")}>With a password</Button>
      </div>
      <Field label={byPassword ? "User" : "Access key"} name="key" value={key} required autoFocus autoComplete="username" onChange={(event) => setKey(event.target.value)} />
      <Field label={byPassword ? "Password" : "Secret key"} name="secret" type="password" value={secret} required autoComplete="current-password" onChange={(event) => setSecret(event.target.value)} />
      {error !== null && <ErrorPanel error={error} />}
      <Button type="submit" kinds={["primary"]} disabled={isBusy}>Sign in</Button>
      {provider && <a className="button" href={url("/oidc/login", { next: onwardByProvider(query.get("next")) })}>Sign in with {provider}</a>}
    </form>
  );
}
