import { ComponentType, lazy, Suspense, useEffect, useMemo } from "react";
import { ErrorPanel, Loading } from "../components/feedback";
import { Entry } from "../core/api";
import { useLoad } from "../core/hooks";
import { guess, Guess, Kind } from "./kind";
import { ObjectSource, objectSource, readText, TextHead } from "./source";
import { Hex } from "./hex";

export interface TextProps { head: TextHead; guess: Guess; entry: Entry }
export interface SourceProps { source: ObjectSource }

const Parquet = lazy(() => import("./parquet"));
const Picture = lazy(() => import("./picture"));
const ofText: Partial<Record<Kind, ComponentType<TextProps>>> = {
  csv: lazy(() => import("./csv")),
  json: lazy(() => import("./json")),
  lines: lazy(() => import("./json")),
  markdown: lazy(() => import("./markdown")),
  notebook: lazy(() => import("./notebook")),
  code: lazy(() => import("./code")),
};
const PlainText = lazy(() => import("./code"));

/** Shows an object's content as data: whatever it holds, nothing of it is run. */
export function Preview({ repository, refName, entry }: { repository: string; refName: string; entry: Entry }): JSX.Element {
  const abort = useMemo(() => new AbortController(), [repository, refName, entry.path, entry.checksum]);
  useEffect(() => () => abort.abort(), [abort]);
  const source = useMemo(
    () => objectSource(repository, refName, entry, abort.signal), [repository, refName, entry.path, entry.checksum, abort]);
  const found = guess(entry.path, entry.content_type ?? "");
  if (source.size === 0) return <p className="loading">The object is empty.</p>;
  return (
    <Suspense fallback={<Loading what="the preview" />}>
      {found.kind === "parquet" ? <Parquet source={source} />
        : found.kind === "image" ? <Picture source={source} />
        : <OfText source={source} guess={found} />}
    </Suspense>
  );
}

function OfText({ source, guess }: { source: ObjectSource; guess: Guess }): JSX.Element {
  // Of what is known to be no text, a small piece is enough.
  const most = guess.kind === "unknown" ? 64 << 10 : guess.kind === "notebook" ? 16 << 20 : undefined;
  const head = useLoad(() => readText(source, most), [source, guess.kind]);
  if (head.error) return <ErrorPanel error={head.error} retry={head.reload} />;
  if (head.isLoading) return <Loading what="the preview" />;
  if (!head.value) return <Hex source={source} />;
  const Shown = ofText[guess.kind] ?? PlainText;
  return (
    <>
      <Shown head={head.value} guess={guess} entry={source.entry} />
      {!head.value.isWhole && <p className="preview-cut" role="note">This is the begin of the object. Download it for all of it.</p>}
    </>
  );
}
