import { createContext, ReactNode, useContext, useEffect, useMemo, useState, AnchorHTMLAttributes, MouseEvent } from "react";

/** Where the browser is: every state of a page is in its URL. */
export interface Place { path: string; query: URLSearchParams }

const here = (): Place => ({ path: window.location.pathname, query: new URLSearchParams(window.location.search) });
const PlaceContext = createContext<Place>(here());

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (options.replace) window.history.replaceState(null, "", to);
  else window.history.pushState(null, "", to);
  window.dispatchEvent(new PopStateEvent("popstate"));
  if (!options.replace) window.scrollTo(0, 0);
}

export function Router({ children }: { children: ReactNode }): JSX.Element {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const moved = (): void => setPlace(here());
    window.addEventListener("popstate", moved);
    return () => window.removeEventListener("popstate", moved);
  }, []);
  return <PlaceContext.Provider value={place}>{children}</PlaceContext.Provider>;
}

export const usePlace = (): Place => useContext(PlaceContext);

/** A value of the query, and how to set it: pushed, so that back undoes it, unless told to replace. */
export function useQuery(name: string): [string, (value: string, replace?: boolean) => void] {
  const { path, query } = usePlace();
  return [query.get(name) ?? "", (value, replace = false) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value); else next.delete(name);
    const text = next.toString();
    navigate(path + (text ? `?${text}` : ""), { replace });
  }];
}

/** A place with a query; empty values are left out. */
export function to(path: string, query: Record<string, string | undefined> = {}): string {
  const text = new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))).toString();
  return path + (text ? `?${text}` : "");
}

/** The page of a repository. */
export const ofRepository = (repository: string, page: string, query: Record<string, string | undefined> = {}): string =>
  to(`/repositories/${encodeURIComponent(repository)}/${page}`, query);

export function Link({ to: target, onClick, ...rest }: { to: string } & AnchorHTMLAttributes<HTMLAnchorElement>): JSX.Element {
  const { path } = usePlace();
  const isHere = target.split("?")[0] === path;
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(target);
  };
  return <a href={target} aria-current={isHere ? "page" : undefined} {...rest} onClick={follow} />;
}

/** The parameters of a path by a pattern such as `/repositories/:repo/objects`; null where it does not match. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split("/"), path.replace(/\/+$/, "").split("/")];
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (!part.startsWith(":")) {
      if (part !== value) return null;
      continue;
    }
    try {
      found[part.slice(1)] = decodeURIComponent(value);
    } catch {
      return null;
    }
  }
  return found;
}

export function useTitle(...parts: string[]): void {
  const title = useMemo(() => [...parts.filter(Boolean), "Tarn"].join(" · "), [parts.join(" ")]);
  useEffect(() => {
    document.title = title;
  }, [title]);
}
