import { FormEvent, useState } from "react";
import { Button, Field } from "../../components/controls";
import { ErrorPanel } from "../../components/feedback";
import { get, path } from "../../core/api";
import { shown } from "../../core/format";
import { Link } from "../../core/router";
import { policyAt } from "./types";

interface Decision { allowed: boolean; decision: "allowed" | "denied" | "not_allowed"; policies: string[] }
const words: Record<Decision["decision"], string> = { allowed: "Yes, it may.", denied: "No: a policy denies it.", not_allowed: "No: nothing allows it." };

const examples = ["fs:ReadObject", "fs:WriteObject", "fs:ListObjects", "fs:DeleteObject", "fs:CreateCommit", "fs:CreateBranch", "fs:ReadRepository", "fs:CreateRepository", "auth:CreateUser", "pr:WritePullRequest"];

/** Asks whether a user may do something, as the services would decide. */
export function Tester({ user }: { user: string }): JSX.Element {
  const [action, setAction] = useState("fs:ReadObject");
  const [resource, setResource] = useState("");
  const [address, setAddress] = useState("");
  const [found, setFound] = useState<Decision | null>(null);
  const [error, setError] = useState<unknown>(undefined);
  const ask = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setError(undefined);
    setFound(null);
    try {
      setFound(await get<Decision>(path`/auth/users/${user}/decision`, { action: action.trim(), resource: resource.trim(), client_address: address.trim() }));
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <section className="panel pad stack" aria-labelledby="tester">
      <h2 id="tester">May {shown(user)} do that?</h2>
      <form className="stack" onSubmit={(event) => { void ask(event); }}>
        <div className="filters">
          <Field label="Action" name="action" value={action} required list="actions" onChange={(event) => setAction(event.target.value)} />
          <Field label="Resource" name="resource" value={resource} required placeholder="arn:lakefs:fs:::repository/lake/object/logs/*" onChange={(event) => setResource(event.target.value)} />
          <Field label="From address" name="address" value={address} placeholder="any" onChange={(event) => setAddress(event.target.value)} />
        </div>
        <datalist id="actions">{examples.map((one) => <option key={one} value={one} />)}</datalist>
        <div><Button type="submit">Ask</Button></div>
      </form>
      {error !== undefined && <ErrorPanel error={error} />}
      {found && (
        <div className={`note ${found.allowed ? "good" : "bad"}`} role="status">
          <strong>{words[found.decision]}</strong>
          {found.policies.length > 0 && <span> By {found.policies.map((id, index) => <span key={id}>{index > 0 && ", "}<Link to={policyAt(id)} aria-current={undefined}>{shown(id)}</Link></span>)}.</span>}
        </div>
      )}
    </section>
  );
}
