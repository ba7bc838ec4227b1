import { useState } from "react";
import { Dialog, Field } from "../../components/controls";
import { change } from "../../core/api";
import { shown } from "../../core/format";
import { Link, navigate } from "../../core/router";
import { Listing } from "./listing";
import { Group, groupAt } from "./types";

export default function Groups(): JSX.Element {
  return (
    <Listing<Group> list="/auth/groups" one="group" warning="is gone; its members stay users, without the rights that came from it."
      create={(close) => <CreateGroup onClose={close} />}
      row={(group) => (
        <>
          <Link to={groupAt(group.id)} className="clip" aria-current={undefined}><bdi>{shown(group.id)}</bdi></Link>
          <span className="muted small clip grow"><bdi>{shown(group.description ?? "")}</bdi></span>
        </>
      )} />
  );
}

function CreateGroup({ onClose }: { onClose: () => void }): JSX.Element {
  const [id, setID] = useState("");
  const [description, setDescription] = useState("");
  const create = async (): Promise<void> => {
    const made = await change<Group>("POST", "/auth/groups", { id, description });
    navigate(groupAt(made.id));
  };
  return (
    <Dialog title="New group" submit="Create" onClose={onClose} onSubmit={create} disabled={!id.trim()}>
      <Field label="Name" name="id" value={id} required autoFocus autoComplete="off" onChange={(event) => setID(event.target.value)} />
      <Field label="Description" name="description" value={description} onChange={(event) => setDescription(event.target.value)} />
    </Dialog>
  );
}
