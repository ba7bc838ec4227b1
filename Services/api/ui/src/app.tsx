import { Component, ReactNode, Suspense, useEffect, useState } from "react";
import { Button, Menu } from "./components/controls";
import { ErrorPanel, Loading, useToast } from "./components/feedback";
import { Link, match, navigate, usePlace } from "./core/router";
import { SignedIn, signOut, useSession } from "./core/session";
import { choose, theme, Theme } from "./core/theme";
import { message } from "./core/api";
import { openPages, pages, Route } from "./routes";
import { RepositoryShell } from "./pages/repository/shell";
import { NotFound } from "./pages/not-found";

/** A page that fails shows what failed, and leaves the rest as it is. */
class Guard extends Component<{ children: ReactNode; place: string }, { error: unknown }> {
  override state = { error: null as unknown };
  static getDerivedStateFromError(error: unknown): { error: unknown } { return { error }; }
  override componentDidUpdate(before: { place: string }): void {
    if (before.place !== this.props.place && this.state.error !== null) this.setState({ error: null });
  }
  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <ErrorPanel error={this.state.error} retry={() => window.location.reload()} />;
  }
}

export function Shown({ routes, at }: { routes: Route[]; at: string }): JSX.Element | null {
  for (const route of routes) {
    const parameters = match(route.pattern, at);
    // By its own key, so that a page that is left is gone at once, with what it showed, and not when the next one has come.
    if (parameters) return <Suspense key={route.pattern} fallback={<Loading what="the page" />}><route.page parameters={parameters} /></Suspense>;
  }
  return null;
}

export function App(): JSX.Element {
  const { path } = usePlace();
  useEffect(() => { if (path === "/") navigate("/repositories", { replace: true }); }, [path]);
  if (path === "/") return <main />;
  if (openPages.some((route) => match(route.pattern, path))) {
    return <main id="content"><Guard place={path}><Shown routes={openPages} at={path} /></Guard></main>;
  }
  return (
    <SignedIn>
      <div className="shell">
        <a className="skip" href="#content">To the content</a>
        <Bar />
        <main id="content"><Guard place={path}><Place path={path} /></Guard></main>
      </div>
    </SignedIn>
  );
}

function Place({ path }: { path: string }): JSX.Element {
  const session = useSession();
  const [, first, name = "", ...rest] = path.replace(/\/+$/, "").split("/");
  if (first === "repositories" && name) {
    let repository = name;
    try { repository = decodeURIComponent(name); } catch { /* shown as it is */ }
    return <RepositoryShell key={repository} repository={repository} at={rest.join("/")} />;
  }
  const there = pages.filter((route) => route.isThere?.(session) ?? true);
  return there.some((route) => match(route.pattern, path)) ? <Shown routes={there} at={path} /> : <NotFound />;
}

function Bar(): JSX.Element {
  const session = useSession();
  const tell = useToast();
  const [now, setNow] = useState<Theme>(theme());
  const other: Theme = now === "dark" ? "light" : "dark";
  return (
    <header className="bar">
      <div>
        <Link to="/repositories" className="brand" aria-current={undefined}><img src="/favicon.svg" alt="" />Tarn</Link>
        <nav aria-label="Main">
          {pages.filter((route) => route.tab && (route.isThere?.(session) ?? true)).map((route) => <Link key={route.pattern} to={route.pattern}>{route.tab}</Link>)}
        </nav>
        <Button kinds={["quiet", "small"]} aria-label={`Switch to ${other} colours`} onClick={() => { choose(other); setNow(other); }}>{now === "dark" ? "☀" : "☾"}</Button>
        <Menu label={<span className="clip">{session.user.friendly_name || session.user.id}</span>} name="Account" kinds={["quiet"]}>
          {() => (
            <>
              <Link className="item" to={`/admin/users/${encodeURIComponent(session.user.id)}`} aria-current={undefined}>Your keys and rights</Link>
              <a className="item" href="/docs">API documentation</a>
              <button type="button" className="item" onClick={() => { signOut().catch((error) => tell(message(error), true)); }}>Sign out</button>
            </>
          )}
        </Menu>
      </div>
    </header>
  );
}
