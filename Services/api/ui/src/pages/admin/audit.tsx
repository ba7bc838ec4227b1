import { Button, More } from "../../components/controls";
import { Empty, ErrorPanel, Loading } from "../../components/feedback";
import { Windowed } from "../../components/windowed";
import { url } from "../../core/api";
import { shown } from "../../core/format";
import { useRows, useSettled } from "../../core/hooks";
import { useQuery } from "../../core/router";
import { AdminShell } from "./shell";

interface Entry {
  id: string; time: string; request_id: string; operation: string; user?: string; access_key_id?: string; client_address?: string;
  repository?: string; target?: string; result: "ok" | "refused" | "failed" | "unknown"; status?: number; error?: string;
}
const kinds: Record<Entry["result"], string> = { ok: "good", refused: "warn", failed: "bad", unknown: "" };
const texts = [["user", "User"], ["operation", "Operation"], ["repository", "Repository"], ["client_address", "From address"]] as const;

/** A day as the API takes it; what is no day is left out. */
const day = (text: string, offset = 0): string => {
  const at = new Date(`${text}T00:00:00`).getTime();
  return Number.isNaN(at) ? "" : new Date(at + offset * 86_400_000).toISOString();
};

/** Who did what, when, from where, and with which result. */
export default function Audit(): JSX.Element {
  const [user, setUser] = useQuery("user");
  const [operation, setOperation] = useQuery("operation");
  const [repository, setRepository] = useQuery("repository");
  const [address, setAddress] = useQuery("client_address");
  const [result, setResult] = useQuery("result");
  const [from, setFrom] = useQuery("from");
  const [to, setTo] = useQuery("to");
  const values = { user, operation, repository, client_address: address };
  const setters = { user: setUser, operation: setOperation, repository: setRepository, client_address: setAddress };
  const settled = useSettled(JSON.stringify({ ...values, result, from: day(from), to: day(to, 1) }));
  const query = JSON.parse(settled) as Record<string, string>;
  const list = useRows<Entry>("/audit", query, 200);
  return (
    <AdminShell>
      <div className="stack">
        <div className="panel pad filters" role="search" aria-label="Filters">
          {texts.map(([name, label]) => (
            <label key={name} className="field"><span className="label">{label}</span><input className="input" value={values[name]} onChange={(event) => setters[name](event.target.value, true)} /></label>
          ))}
          <label className="field"><span className="label">Result</span>
            <select value={result} onChange={(event) => setResult(event.target.value, true)}><option value="">any</option>{Object.keys(kinds).map((kind) => <option key={kind}>{kind}</option>)}</select>
          </label>
          <label className="field"><span className="label">From day</span><input className="input" type="date" value={from} onChange={(event) => setFrom(event.target.value, true)} /></label>
          <label className="field"><span className="label">To day</span><input className="input" type="date" value={to} onChange={(event) => setTo(event.target.value, true)} /></label>
          <div className="row"><Button onClick={list.reload}>Refresh</Button><a className="button" href={url("/audit/export", query)} download="audit.jsonl">Export as JSON lines</a></div>
        </div>
        <section className="panel scroll audit" aria-label="Audit log" tabIndex={0}>
          {list.error !== undefined && <ErrorPanel error={list.error} retry={list.reload} />}
          {list.rows.length > 0 && (
            <Windowed label="Audit log" rows={list.rows} rowHeight={38}
              head={<tr>{["When", "Who", "What", "On", "Result", "From"].map((name) => <th key={name} scope="col">{name}</th>)}</tr>}
              row={(entry) => (
                <tr key={entry.id} className="object-row">
                  <td title={entry.time}>{new Date(entry.time).toLocaleString()}</td>
                  <td className="clip" title={entry.access_key_id}><bdi>{shown(entry.user ?? "nobody")}</bdi></td>
                  <td>{entry.operation}</td>
                  <td className="clip" title={shown(entry.target ?? "")}><bdi>{shown(entry.target ?? entry.repository ?? "")}</bdi></td>
                  <td title={entry.error}><span className={`badge ${kinds[entry.result]}`}>{entry.result}{entry.status ? ` ${entry.status}` : ""}</span></td>
                  <td className="clip muted">{entry.client_address}</td>
                </tr>
              )} />
          )}
          {list.isLoading && list.rows.length === 0 && <Loading what="the log" />}
          {!list.isLoading && list.error === undefined && list.rows.length === 0 && <Empty title="Nothing of that kind"><p>No call in the log fits these filters. What is kept, and for how long, is set by TARN_AUDIT and TARN_AUDIT_DAYS.</p></Empty>}
          <More {...list} />
        </section>
      </div>
    </AdminShell>
  );
}
