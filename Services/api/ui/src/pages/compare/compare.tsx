import { lazy, Suspense, useState } from "react";
import { Changes, Differences, Nothing, Totals } from "../../components/changes";
import { Button } from "../../components/controls";
import { Loading } from "../../components/feedback";
import { RefPicker } from "../../components/refs";
import { path } from "../../core/api";
import { shown } from "../../core/format";
import { Link, navigate, useQuery, useTitle } from "../../core/router";
import { useIsBranch } from "../objects/branch";
import { useRepository } from "../repository/context";
import { MergeDialog } from "./merge";
import { compareAt } from "./where";

const Contents = lazy(() => import("./contents"));

/** What differs between two references, and how one is merged into the other. */
export default function Compare(): JSX.Element {
  const repository = useRepository();
  const main = repository.default_branch;
  const [given] = useQuery("left");
  const [chosen] = useQuery("right");
  const [kind] = useQuery("type");
  const [of] = useQuery("path");
  const [left, right] = [given || main, chosen || main];
  const type = kind === "two_dot" ? "two_dot" : "three_dot";
  useTitle(`${left} … ${right}`, repository.id);
  const [isMerging, setIsMerging] = useState(false);
  const [version, setVersion] = useState(0);
  const isBranch = useIsBranch(repository.id, left);
  const to = (next: { left?: string; right?: string; type?: string }): void => navigate(compareAt(repository.id, next.left ?? left, next.right ?? right, { type: next.type ?? type }));
  const differences: Differences = {
    target: path`/repositories/${repository.id}/refs/${left}/diff/${right}`, query: { type },
    open: (change) => compareAt(repository.id, left, right, { type, path: change.path }),
  };
  return (
    <div className="stack">
      <div className="row apart">
        <div className="row compare-refs">
          <RefPicker repository={repository.id} value={left} onChange={(next) => to({ left: next })} label="Base" />
          <span aria-hidden="true">←</span>
          <RefPicker repository={repository.id} value={right} onChange={(next) => to({ right: next })} label="Compared" />
          <Button kinds={["quiet", "small"]} onClick={() => to({ left: right, right: left })}>Swap</Button>
        </div>
        {isBranch && !repository.read_only && left !== right && <Button kinds={["primary"]} onClick={() => setIsMerging(true)}>Merge into {shown(left)}…</Button>}
      </div>
      <div className="row" role="group" aria-label="What is compared">
        <Button kinds={type === "three_dot" ? ["small"] : ["small", "quiet"]} aria-pressed={type === "three_dot"} onClick={() => to({ type: "three_dot" })}>Since the two parted</Button>
        <Button kinds={type === "two_dot" ? ["small"] : ["small", "quiet"]} aria-pressed={type === "two_dot"} onClick={() => to({ type: "two_dot" })}>The two as they are</Button>
      </div>
      {of ? (
        <section className="panel" aria-label="Difference of one object">
          <header><Link to={compareAt(repository.id, left, right, { type })} aria-current={undefined}>All changes</Link><span className="muted" aria-hidden="true">/</span><bdi className="wrap">{shown(of)}</bdi></header>
          <Suspense fallback={<Loading what="the difference" />}><Contents repository={repository.id} left={left} right={right} type={type} of={of} /></Suspense>
        </section>
      ) : (
        <section className="panel" aria-label="Changes">
          <header><h2>Changes</h2><span className="grow" /><Totals differences={differences} version={version} /></header>
          <Changes key={`${left} ${right} ${type}`} differences={differences} version={version} nothing={
            <Nothing title="Nothing differs">
              <p>{left === right ? "Choose two references to see what differs between them." : type === "three_dot" ? `${shown(right)} has no change that ${shown(left)} has not.` : "Both have the same objects."}</p>
            </Nothing>
          } />
        </section>
      )}
      {isMerging && <MergeDialog repository={repository.id} source={right} destination={left} onClose={() => setIsMerging(false)} onDone={() => setVersion(version + 1)} />}
    </div>
  );
}
