import { useEffect, useState } from "react";
import { Button } from "../../components/controls";
import { ErrorPanel, Loading, useToast } from "../../components/feedback";
import { change, get, path } from "../../core/api";
import { useLoad } from "../../core/hooks";
import { PageProps } from "../../routes";
import { PolicyEditor } from "./policy-editor";
import { readStatements } from "./policy-text";
import { AdminShell } from "./shell";
import { Policy as PolicyValue } from "./types";

/** One policy, in an editor that knows what a statement is. */
export default function Policy({ parameters: { policy: id = "" } }: PageProps): JSX.Element {
  const tell = useToast();
  const found = useLoad((signal) => get<PolicyValue>(path`/auth/policies/${id}`, {}, signal), [id]);
  const [text, setText] = useState("");
  const [error, setError] = useState<unknown>(undefined);
  const [isBusy, setIsBusy] = useState(false);
  const stored = found.value ? JSON.stringify(found.value.statement, null, 2) : "";
  useEffect(() => setText(stored), [stored]);
  const read = readStatements(text);
  const save = async (): Promise<void> => {
    if (!("statements" in read)) return;
    setIsBusy(true);
    setError(undefined);
    try {
      await change("PUT", path`/auth/policies/${id}`, { id, statement: read.statements });
      tell("The policy is saved; it counts everywhere within five seconds");
      found.reload();
    } catch (problem) {
      setError(problem);
    }
    setIsBusy(false);
  };
  return (
    <AdminShell title={id}>
      {found.error !== undefined && <ErrorPanel error={found.error} retry={found.reload} />}
      {!found.value && found.isLoading && <Loading what="the policy" />}
      {found.value && (
        <section className="panel pad stack" aria-label="Policy">
          <PolicyEditor text={text} onChange={setText} wrong={"wrong" in read ? read.wrong : undefined} />
          {error !== undefined && <ErrorPanel error={error} />}
          <div className="row">
            <Button kinds={["primary"]} disabled={isBusy || "wrong" in read || text === stored} onClick={() => { void save(); }}>Save</Button>
            <Button disabled={text === stored} onClick={() => setText(stored)}>Undo changes</Button>
          </div>
        </section>
      )}
    </AdminShell>
  );
}
