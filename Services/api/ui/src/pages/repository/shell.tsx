import { useEffect } from "react";
import { ErrorPanel, Loading } from "../../components/feedback";
import { get, path, Repository } from "../../core/api";
import { useLoad } from "../../core/hooks";
import { Link, match, navigate, ofRepository, to, usePlace, useTitle } from "../../core/router";
import { useSession } from "../../core/session";
import { Shown } from "../../app";
import { repositoryPages } from "../../routes";
import { NotFound } from "../not-found";
import { RepositoryProvider } from "./context";

/** What every page of a repository has around it: its name, and the tabs, which keep the chosen reference. */
export function RepositoryShell({ repository, at }: { repository: string; at: string }): JSX.Element {
  const session = useSession();
  useTitle(repository);
  const { query } = usePlace();
  const loaded = useLoad((signal) => get<Repository>(path`/repositories/${repository}`, {}, signal), [repository]);
  const there = repositoryPages.filter((route) => route.isThere?.(session) ?? true);
  const first = there[0]?.pattern ?? "";
  useEffect(() => { if (!at) navigate(ofRepository(repository, first), { replace: true }); }, [at, first, repository]);
  if (loaded.error) return <ErrorPanel error={loaded.error} retry={loaded.reload} />;
  if (!loaded.value || !at) return <Loading what="the repository" />;
  const ref = query.get("ref") ?? undefined;
  return (
    <RepositoryProvider value={loaded.value}>
      <div className="row" style={{ marginBottom: "var(--space-2)" }}>
        <nav aria-label="Way up" className="small"><Link to="/repositories" aria-current={undefined}>Repositories</Link> <span className="muted" aria-hidden="true">/</span></nav>
        <h1 className="wrap">{repository}</h1>
        {loaded.value.read_only && <span className="badge warn">read-only</span>}
      </div>
      <nav className="tabs" aria-label="Repository">
        {there.filter((route) => route.tab).map((route) => (
          <Link key={route.pattern} to={to(ofRepository(repository, route.pattern), { ref })}
            aria-current={at.split("/")[0] === route.pattern.split("/")[0] ? "page" : undefined}>{route.tab}</Link>
        ))}
      </nav>
      {there.some((route) => match(route.pattern, at)) ? <Shown routes={there} at={at} /> : <NotFound />}
    </RepositoryProvider>
  );
}
