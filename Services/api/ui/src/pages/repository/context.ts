import { createContext, useContext } from "react";
import { Repository } from "../../core/api";
import { useQuery } from "../../core/router";

const RepositoryContext = createContext<Repository | null>(null);
export const RepositoryProvider = RepositoryContext.Provider;

/** The repository whose page is shown. */
export function useRepository(): Repository {
  const repository = useContext(RepositoryContext);
  if (!repository) throw new Error("this is no page of a repository");
  return repository;
}

/** The reference in the page's address, or the default branch. */
export function useReference(): [string, (ref: string) => void] {
  const repository = useRepository();
  const [ref, setRef] = useQuery("ref");
  return [ref || repository.default_branch, setRef];
}
