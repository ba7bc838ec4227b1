import { useMemo } from "react";
import { More, When } from "../../components/controls";
import { Empty, ErrorPanel, Loading } from "../../components/feedback";
import { RefPicker } from "../../components/refs";
import { Windowed } from "../../components/windowed";
import { Commit, get, Page, path, Ref } from "../../core/api";
import { shortID, shown } from "../../core/format";
import { useLoad, useRows, useSettled } from "../../core/hooks";
import { Link, ofRepository, useQuery, useTitle } from "../../core/router";
import { useReference, useRepository } from "../repository/context";
import { GraphCell } from "./graph-cell";
import { GraphRow, layOut } from "./graph";

const height = 40;

/** The page of one commit. */
export const commitAt = (repository: string, id: string): string => ofRepository(repository, "commits/view", { id });

/** How a reference came to be: its commits, newest first, as a graph. */
export default function Commits(): JSX.Element {
  const repository = useRepository();
  const [ref, setRef] = useReference();
  const [of, setOf] = useQuery("path");
  useTitle("Commits", ref, repository.id);
  const wanted = useSettled(of.trim());
  const filter = wanted.endsWith("/") ? { prefixes: wanted } : { objects: wanted };
  const list = useRows<Commit>(path`/repositories/${repository.id}/refs/${ref}/commits`, filter, 100);
  const rows = useMemo(() => {
    // What is filtered hangs together no more.
    const graph = wanted ? [] : layOut(list.rows);
    return list.rows.map((commit, index) => ({ commit, graph: graph[index] }));
  }, [list.rows, wanted]);
  const names = useNames(repository.id);
  return (
    <div className="stack">
      <div className="row">
        <RefPicker repository={repository.id} value={ref} onChange={setRef} />
        <input className="input" type="search" value={of} aria-label="Only commits that touch this path" placeholder="Touching a path, or a folder/"
          onChange={(event) => setOf(event.target.value, true)} />
      </div>
      <section className="panel" aria-label="Commits">
        {list.error !== undefined && <ErrorPanel error={list.error} retry={list.reload} />}
        {rows.length > 0 && (
          <Windowed label="Commits" rows={rows} rowHeight={height}
            head={<tr>{!wanted && <th scope="col"><span className="visually-hidden">Graph</span></th>}<th scope="col">Message</th><th scope="col" className="wide">By</th><th scope="col">Made</th><th scope="col" className="wide">Commit</th></tr>}
            row={(row) => <Row key={row.commit.id} repository={repository.id} {...row} names={names.get(row.commit.id) ?? []} />} />
        )}
        {list.isLoading && rows.length === 0 && <Loading what="commits" />}
        {!list.isLoading && list.error === undefined && rows.length === 0 && (
          <Empty title={wanted ? "No commit touches this" : "No commits"}>
            <p>{wanted ? "A path names one object exactly; with a slash at its end it names all below it." : "This reference has no commits."}</p>
          </Empty>
        )}
        <More {...list} />
      </section>
    </div>
  );
}

function Row({ repository, commit, graph, names }: { repository: string; commit: Commit; graph: GraphRow | undefined; names: Name[] }): JSX.Element {
  const [line = ""] = commit.message.split("\n");
  return (
    <tr className="commit-row">
      {graph && <td className="graph-cell"><GraphCell row={graph} height={height} /></td>}
      <td className="name clip">
        <span className="row commit-line">
          {names.slice(0, 4).map(({ name, kind }) => <span key={`${kind} ${name}`} className={`badge ${kind === "branch" ? "accent" : "warn"} clip`} title={`${kind} ${shown(name)}`}><bdi>{shown(name)}</bdi></span>)}
          {names.length > 4 && <span className="badge">+{names.length - 4}</span>}
          <Link to={commitAt(repository, commit.id)} className="clip" title={shown(commit.message)} aria-current={undefined}><bdi>{shown(line) || "(no message)"}</bdi></Link>
          {commit.parents.length > 1 && <span className="badge">merge</span>}
        </span>
      </td>
      <td className="wide muted clip commit-by"><bdi>{shown(commit.committer)}</bdi></td>
      <td className="muted when"><When seconds={commit.creation_date} /></td>
      <td className="wide"><code>{shortID(commit.id)}</code></td>
    </tr>
  );
}

interface Name { name: string; kind: "branch" | "tag" }

/** Branches and tags by their commits, the first thousand of each. */
function useNames(repository: string): Map<string, Name[]> {
  const found = useLoad(async (signal) => {
    const of = async (kind: Name["kind"], list: string): Promise<(Ref & Name)[]> =>
      (await get<Page<Ref>>(path`/repositories/${repository}/` + list, { amount: 1_000 }, signal)).results.map((ref) => ({ ...ref, name: ref.id, kind }));
    return [...await of("branch", "branches"), ...await of("tag", "tags")];
  }, [repository]);
  return useMemo(() => {
    const names = new Map<string, Name[]>();
    for (const { commit_id, name, kind } of found.value ?? []) names.set(commit_id, [...(names.get(commit_id) ?? []), { name, kind }]);
    return names;
  }, [found.value]);
}
