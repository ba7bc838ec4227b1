import { useState } from "react";
import { Button, Dialog, Field, More, When } from "../../components/controls";
import { Empty, ErrorPanel, Loading } from "../../components/feedback";
import { RefPicker } from "../../components/refs";
import { change, path } from "../../core/api";
import { shown } from "../../core/format";
import { useRows } from "../../core/hooks";
import { Link, navigate, useQuery, useTitle } from "../../core/router";
import { useRepository } from "../repository/context";
import { Pull, pullAt, seconds, stateKind } from "./pull";

const states = ["open", "closed", "all"];

/** Proposals to merge a branch into another. */
export default function Pulls(): JSX.Element {
  const repository = useRepository();
  useTitle("Pull requests", repository.id);
  const [given, setState] = useQuery("status");
  const state = states.includes(given) ? given : "open";
  const list = useRows<Pull>(path`/repositories/${repository.id}/pulls`, { status: state }, 100);
  const [isCreating, setIsCreating] = useState(false);
  return (
    <div className="stack">
      <div className="row apart">
        <div className="row" role="group" aria-label="State">
          {states.map((one) => <Button key={one} kinds={one === state ? ["small"] : ["small", "quiet"]} aria-pressed={one === state} onClick={() => setState(one)}>{one}</Button>)}
        </div>
        {!repository.read_only && <Button kinds={["primary"]} onClick={() => setIsCreating(true)}>New pull request…</Button>}
      </div>
      <section className="panel" aria-label="Pull requests">
        {list.error !== undefined && <ErrorPanel error={list.error} retry={list.reload} />}
        <ul className="list">
          {list.rows.map((pull) => (
            <li key={pull.id}>
              <span className={`badge ${stateKind[pull.status]}`}>{pull.status}</span>
              <Link to={pullAt(repository.id, pull.id)} className="clip grow" title={shown(pull.title)} aria-current={undefined}><bdi>{shown(pull.title) || "(no title)"}</bdi></Link>
              <span className="muted small clip"><bdi>{shown(pull.source_branch)}</bdi> → <bdi>{shown(pull.destination_branch)}</bdi></span>
              <span className="muted small when"><When seconds={seconds(pull.creation_date)} /></span>
            </li>
          ))}
        </ul>
        {list.isLoading && list.rows.length === 0 && <Loading what="pull requests" />}
        {!list.isLoading && list.error === undefined && list.rows.length === 0 && (
          <Empty title={state === "open" ? "No open pull requests" : "No pull requests"}>
            <p>Write to a branch of your own, then propose to merge it: others see what would change before it does.</p>
          </Empty>
        )}
        <More {...list} />
      </section>
      {isCreating && <CreatePull onClose={() => setIsCreating(false)} />}
    </div>
  );
}

function CreatePull({ onClose }: { onClose: () => void }): JSX.Element {
  const repository = useRepository();
  const [source, setSource] = useState("");
  const [destination, setDestination] = useState(repository.default_branch);
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const create = async (): Promise<void> => {
    const { id } = await change<{ id: string }>("POST", path`/repositories/${repository.id}/pulls`, {
      title, description, source_branch: source, destination_branch: destination });
    navigate(pullAt(repository.id, id));
  };
  return (
    <Dialog title="New pull request" submit="Create" onClose={onClose} onSubmit={create} disabled={!source || !title.trim() || source === destination}>
      <Field label="Title" name="title" value={title} required autoFocus onChange={(event) => setTitle(event.target.value)} />
      <div className="row">
        <RefPicker repository={repository.id} value={source || "choose a branch"} onChange={setSource} kinds={["branches"]} label="Merge" />
        <span aria-hidden="true">→</span>
        <RefPicker repository={repository.id} value={destination} onChange={setDestination} kinds={["branches"]} label="Into" />
      </div>
      {source !== "" && source === destination && <p className="wrong small" role="alert">A branch cannot be merged into itself.</p>}
      <Field label="Description" name="description" area value={description} onChange={(event) => setDescription(event.target.value)} />
    </Dialog>
  );
}
