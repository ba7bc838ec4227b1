import { useState } from "react";
import { Dialog, Field, When } from "../../components/controls";
import { change, User } from "../../core/api";
import { shown } from "../../core/format";
import { Link, navigate } from "../../core/router";
import { Listing } from "./listing";
import { userAt } from "./types";

export default function Users(): JSX.Element {
  return (
    <Listing<User> list="/auth/users" one="user" warning="is gone, with its keys; programs that use them stop working within five seconds."
      create={(close) => <CreateUser onClose={close} />}
      row={(user) => (
        <>
          <Link to={userAt(user.id)} className="clip grow" aria-current={undefined}><bdi>{shown(user.id)}</bdi></Link>
          {user.friendly_name && user.friendly_name !== user.id && <span className="muted clip"><bdi>{shown(user.friendly_name)}</bdi></span>}
          <span className="muted small when">made <When seconds={user.creation_date} /></span>
        </>
      )} />
  );
}

function CreateUser({ onClose }: { onClose: () => void }): JSX.Element {
  const [id, setID] = useState("");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const create = async (): Promise<void> => {
    const made = await change<User>("POST", "/auth/users", { id, ...(name ? { friendly_name: name } : {}), ...(email ? { email } : {}) });
    navigate(userAt(made.id));
  };
  return (
    <Dialog title="New user" submit="Create" onClose={onClose} onSubmit={create} disabled={!id.trim()}>
      <Field label="Name" name="id" value={id} required autoFocus autoComplete="off" onChange={(event) => setID(event.target.value)} help="As policies and the audit log name the user; it stays." />
      <Field label="Shown as" name="friendly" value={name} autoComplete="off" onChange={(event) => setName(event.target.value)} />
      <Field label="E-mail" name="email" type="email" value={email} autoComplete="off" onChange={(event) => setEmail(event.target.value)} />
      <p className="muted small">A new user may do nothing until it is in a group or has a policy.</p>
    </Dialog>
  );
}
