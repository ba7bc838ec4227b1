import { FormEvent, useState } from "react";
import { Button, Field } from "../../components/controls";
import { ErrorPanel, useToast } from "../../components/feedback";
import { change, get, message, path } from "../../core/api";
import { shown } from "../../core/format";
import { useLoad } from "../../core/hooks";

interface Rule { pattern: string }

/** Which branches take changes by merges alone. */
export function Protection({ repository, canWrite }: { repository: string; canWrite: boolean }): JSX.Element {
  const tell = useToast();
  const target = path`/repositories/${repository}/branch_protection`;
  const found = useLoad((signal) => get<Rule[]>(target, {}, signal), [repository]);
  const [pattern, setPattern] = useState("");
  const act = async (method: "POST" | "DELETE", rule: Rule): Promise<void> => {
    try {
      await change(method, target, rule);
      if (method === "POST") setPattern("");
    } catch (error) {
      tell(message(error), true);
    }
    found.reload();
  };
  const add = (event: FormEvent): void => {
    event.preventDefault();
    void act("POST", { pattern });
  };
  return (
    <section className="panel pad stack" aria-labelledby="protection">
      <h2 id="protection">Branch protection</h2>
      <p className="muted small">Nobody writes to a protected branch or commits to it; it changes by merges and reverts alone.</p>
      {found.error !== undefined && <ErrorPanel error={found.error} retry={found.reload} />}
      {found.value && found.value.length > 0 && (
        <ul className="list" aria-label="Protected branches">
          {found.value.map((rule) => (
            <li key={rule.pattern}>
              <code className="clip grow"><bdi>{shown(rule.pattern)}</bdi></code>
              {canWrite && <Button kinds={["quiet", "small"]} aria-label={`Take the protection ${shown(rule.pattern)} away`} onClick={() => { void act("DELETE", rule); }}>Take away</Button>}
            </li>
          ))}
        </ul>
      )}
      {canWrite && (
        <form className="row" onSubmit={add}>
          <Field label="Branch, or a pattern" name="pattern" value={pattern} required placeholder="main, or release-*" onChange={(event) => setPattern(event.target.value)} />
          <Button type="submit" disabled={!pattern.trim()}>Protect</Button>
        </form>
      )}
    </section>
  );
}
