import { useState } from "react";
import { Dialog, Field } from "../../components/controls";
import { change } from "../../core/api";
import { count, shown } from "../../core/format";
import { Link, navigate } from "../../core/router";
import { PolicyEditor } from "./policy-editor";
import { example, readStatements } from "./policy-text";
import { Listing } from "./listing";
import { Policy, policyAt } from "./types";

export default function Policies(): JSX.Element {
  return (
    <Listing<Policy> list="/auth/policies" one="policy" warning="is taken from all users and groups that have it."
      create={(close) => <CreatePolicy onClose={close} />}
      row={(policy) => (
        <>
          <Link to={policyAt(policy.id)} className="clip grow" aria-current={undefined}><bdi>{shown(policy.id)}</bdi></Link>
          <span className="muted small">{count(policy.statement.length)} {policy.statement.length === 1 ? "statement" : "statements"}</span>
        </>
      )} />
  );
}

function CreatePolicy({ onClose }: { onClose: () => void }): JSX.Element {
  const [id, setID] = useState("");
  const [text, setText] = useState(example);
  const read = readStatements(text);
  const create = async (): Promise<void> => {
    if (!("statements" in read)) return;
    const made = await change<Policy>("POST", "/auth/policies", { id, statement: read.statements });
    navigate(policyAt(made.id));
  };
  return (
    <Dialog title="New policy" submit="Create" onClose={onClose} onSubmit={create} disabled={!id.trim() || "wrong" in read}>
      <Field label="Name" name="id" value={id} required autoFocus autoComplete="off" onChange={(event) => setID(event.target.value)} />
      <PolicyEditor text={text} onChange={setText} wrong={"wrong" in read ? read.wrong : undefined} />
    </Dialog>
  );
}
