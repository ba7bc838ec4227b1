import { useCallback, useEffect, useRef, useState } from "react";
import { get, Page, Query } from "./api";

export interface Loaded<Value> { value: Value | undefined; error: unknown; isLoading: boolean; reload: () => void }

/** Loads a value, again when one of `keys` changes; what comes late for keys that are gone is dropped. */
export function useLoad<Value>(load: (signal: AbortSignal) => Promise<Value>, keys: unknown[]): Loaded<Value> {
  const [state, setState] = useState<{ value?: Value | undefined; error?: unknown; isLoading: boolean }>({ isLoading: true });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setState((old) => ({ value: round ? old.value : undefined, isLoading: true }));
    load(abort.signal).then(
      (value) => { if (!abort.signal.aborted) setState({ value, isLoading: false }); },
      (error) => { if (!abort.signal.aborted) setState({ error, isLoading: false }); });
    return () => abort.abort();
  }, [...keys, round]);
  return { value: state.value, error: state.error, isLoading: state.isLoading, reload: useCallback(() => setRound((n) => n + 1), []) };
}

export interface Rows<Row> { rows: Row[]; hasMore: boolean; error: unknown; isLoading: boolean; more: () => void; reload: () => void }

/** The rows of a list of the API, a page at a time. */
export function useRows<Row>(target: string | null, query: Query = {}, amount = 200): Rows<Row> {
  const [kept, setState] = useState<{ key?: string; rows: Row[]; after: string; hasMore: boolean; error?: unknown; isLoading: boolean }>(
    { rows: [], after: "", hasMore: false, isLoading: true });
  const [round, setRound] = useState(0);
  const abort = useRef(new AbortController());
  const key = JSON.stringify([target, query]);
  // The rows of another list are never shown, not even until this one's come.
  const state = kept.key === key ? kept : { rows: [], after: "", hasMore: false, isLoading: target !== null };
  const load = useCallback((after: string, before: Row[]) => {
    if (target === null) return;
    const { signal } = abort.current;
    setState((old) => ({ ...old, error: undefined, isLoading: true }));
    get<Page<Row>>(target, { amount, ...query, after: after || (query["after"] as string | undefined) }, signal).then(
      (page) => {
        if (signal.aborted) return;
        setState({ key, rows: [...before, ...page.results], after: page.pagination.next_offset, hasMore: page.pagination.has_more, isLoading: false });
      },
      (error) => { if (!signal.aborted) setState((old) => ({ ...old, error, isLoading: false })); });
  }, [key, amount]);
  useEffect(() => {
    abort.current = new AbortController();
    const mine = abort.current;
    setState({ key, rows: [], after: "", hasMore: false, isLoading: target !== null });
    load("", []);
    return () => mine.abort();
  }, [key, round]);
  return {
    rows: state.rows, hasMore: state.hasMore, error: state.error, isLoading: state.isLoading,
    more: () => { if (!state.isLoading && state.hasMore) load(state.after, state.rows); },
    reload: useCallback(() => setRound((n) => n + 1), []),
  };
}

/** A value that follows another once it has been still for a while: what is typed is not searched for at each letter. */
export function useSettled<Value>(value: Value, milliseconds = 250): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
