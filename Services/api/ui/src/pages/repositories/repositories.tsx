import { useState } from "react";
import { Button, More, When } from "../../components/controls";
import { Empty, ErrorPanel, Loading } from "../../components/feedback";
import { Repository } from "../../core/api";
import { shown } from "../../core/format";
import { useRows, useSettled } from "../../core/hooks";
import { Link, ofRepository, useQuery, useTitle } from "../../core/router";
import { useSession } from "../../core/session";
import { CreateRepository } from "./create";

export default function Repositories(): JSX.Element {
  useTitle("Repositories");
  const { can } = useSession();
  const [search, setSearch] = useQuery("search");
  const prefix = useSettled(search);
  const list = useRows<Repository>("/repositories", { prefix }, 100);
  const [isCreating, setIsCreating] = useState(false);
  const create = can("createRepository") && <Button kinds={["primary"]} onClick={() => setIsCreating(true)}>New repository</Button>;
  return (
    <div className="stack">
      <div className="row apart">
        <h1>Repositories</h1>
        <div className="row">
          <input className="input" type="search" aria-label="Search repositories by how their names begin" placeholder="Name begins with…" value={search}
            onChange={(event) => setSearch(event.target.value, true)} />
          {create}
        </div>
      </div>
      {list.error !== undefined && <ErrorPanel error={list.error} retry={list.reload} />}
      <section className="panel" aria-label="Repositories">
        {list.rows.length > 0 && (
          <ul className="list">
            {list.rows.map((row) => (
              <li key={row.id}>
                <div className="grow">
                  <div className="row"><Link to={ofRepository(row.id, "")}><strong>{row.id}</strong></Link>{row.read_only && <span className="badge warn">read-only</span>}</div>
                  <div className="small muted clip mono" title={row.storage_namespace}>{shown(row.storage_namespace)}</div>
                </div>
                <span className="small muted"><When seconds={row.creation_date} /></span>
              </li>
            ))}
          </ul>
        )}
        {list.isLoading && list.rows.length === 0 && <Loading what="repositories" />}
        {!list.isLoading && list.error === undefined && list.rows.length === 0 && (prefix
          ? <Empty title="No repository's name begins so"><Button onClick={() => setSearch("")}>Show all</Button></Empty>
          : <Empty title="No repository yet">
              <p>A repository is a bucket with branches: data is written to a branch, committed, compared with another, and merged, without being copied.</p>
              {create}
            </Empty>)}
        <More {...list} />
      </section>
      {isCreating && <CreateRepository onClose={() => setIsCreating(false)} />}
    </div>
  );
}
