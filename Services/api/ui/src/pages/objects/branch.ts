import { get, Page, path, Ref } from "../../core/api";
import { useLoad } from "../../core/hooks";

/** Whether a reference is a branch, which alone can be written to; undefined until that is known. */
export function useIsBranch(repository: string, ref: string): boolean | undefined {
  const found = useLoad(
    (signal) => get<Page<Ref>>(path`/repositories/${repository}/branches`, { prefix: ref, amount: 1 }, signal), [repository, ref]);
  return found.error ? false : found.value && found.value.results[0]?.id === ref;
}
