import { useState } from "react";
import { Button, Dialog, Field, When } from "../../components/controls";
import { ErrorPanel, Loading, useToast } from "../../components/feedback";
import { change, get, path, User as UserValue } from "../../core/api";
import { shown } from "../../core/format";
import { useLoad } from "../../core/hooks";
import { PageProps } from "../../routes";
import { Attached } from "./attached";
import { Keys } from "./keys";
import { Sessions } from "./sessions";
import { AdminShell } from "./shell";
import { Tester } from "./tester";
import { groupAt, policyAt } from "./types";

/** One user: keys, password, groups, policies, and what all that comes to. */
export default function User({ parameters: { user: id = "" } }: PageProps): JSX.Element {
  const found = useLoad((signal) => get<UserValue>(path`/auth/users/${id}`, {}, signal), [id]);
  const [isSetting, setIsSetting] = useState(false);
  const [version, setVersion] = useState(0);
  const changed = (): void => setVersion(version + 1);
  const user = found.value;
  return (
    <AdminShell title={id}>
      {found.error !== undefined && <ErrorPanel error={found.error} retry={found.reload} />}
      {!user && found.isLoading && <Loading what="the user" />}
      {user && (
        <div className="stack">
          <section className="panel pad stack tight" aria-label="About this user">
            <dl className="facts">
              {user.friendly_name && <><dt>Shown as</dt><dd className="wrap"><bdi>{shown(user.friendly_name)}</bdi></dd></>}
              {user.email && <><dt>E-mail</dt><dd className="wrap"><bdi>{shown(user.email)}</bdi></dd></>}
              <dt>Made</dt><dd><When seconds={user.creation_date} /></dd>
            </dl>
            <div><Button kinds={["small"]} onClick={() => setIsSetting(true)}>Set a password…</Button></div>
          </section>
          <Keys user={id} />
          <Sessions user={id} />
          <Attached title="Groups" help="In no group." list={path`/auth/users/${id}/groups`} all="/auth/groups" at={groupAt} put={(group) => path`/auth/groups/${group}/members/${id}`} onChange={changed} />
          <Attached title="Policies" help="No policy of its own; those of its groups count as well." list={path`/auth/users/${id}/policies`} all="/auth/policies" at={policyAt} put={(policy) => path`/auth/users/${id}/policies/${policy}`} onChange={changed} />
          <Tester key={version} user={id} />
        </div>
      )}
      {isSetting && <SetPassword user={id} onClose={() => setIsSetting(false)} />}
    </AdminShell>
  );
}

function SetPassword({ user, onClose }: { user: string; onClose: () => void }): JSX.Element {
  const tell = useToast();
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const save = async (): Promise<void> => {
    await change("PUT", path`/auth/users/${user}/password`, { password });
    tell("The password is set; sessions that began with the one before have ended");
    onClose();
  };
  return (
    <Dialog title={`Password of ${shown(user)}`} submit="Set" onClose={onClose} onSubmit={save} disabled={password.length < 10 || password !== again}>
      <Field label="Password" name="password" type="password" value={password} required autoFocus autoComplete="new-password" onChange={(event) => setPassword(event.target.value)} help="At least 10 characters. For the browser; programs have keys." />
      <Field label="Once more" name="again" type="password" value={again} required autoComplete="new-password" wrong={again && again !== password ? "The two differ." : undefined} onChange={(event) => setAgain(event.target.value)} />
    </Dialog>
  );
}
