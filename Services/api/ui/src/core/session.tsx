import { createContext, ReactNode, useContext, useEffect, useState } from "react";
import { ApiError, Config, get, send, signedOut, User } from "./api";
import { ErrorPanel, Loading } from "../components/feedback";
import { navigate, to, usePlace } from "./router";

/** Who is signed in, what this installation is, and which operations it carries out. */
export interface Session { user: User; config: Config; can: (operation: string) => boolean }

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("there is no session");
  return session;
}

interface Document { paths: Record<string, Record<string, { operationId?: string; responses?: Record<string, unknown> }>> }

/** The operations that the served document has and that are built: the others say so with a 501. */
async function operations(): Promise<Set<string>> {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new ApiError(answer.status, "The API's document cannot be read.");
  const document = (await answer.json()) as Document;
  const found = new Set<string>();
  for (const methods of Object.values(document.paths)) {
    for (const { operationId, responses } of Object.values(methods)) {
      if (operationId && !(responses && "501" in responses)) found.add(operationId);
    }
  }
  return found;
}

export async function signOut(): Promise<void> {
  await send("POST", "/auth/logout");
  navigate("/login");
}

/** Shows its children to who is signed in; others are led to the login, or to the first set-up. */
export function SignedIn({ children }: { children: ReactNode }): JSX.Element {
  const [session, setSession] = useState<Session | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const place = usePlace();
  const leave = (): void => navigate(to("/login", { next: window.location.pathname + window.location.search }), { replace: true });
  useEffect(() => {
    let isOver = false;
    (async () => {
      try {
        const setup = await get<{ state: string }>("/setup_lakefs");
        if (setup.state !== "initialized") return navigate("/setup", { replace: true });
        const [user, config, built] = await Promise.all([get<{ user: User }>("/user"), get<Config>("/config"), operations()]);
        if (!isOver) setSession({ user: user.user, config, can: (operation) => built.has(operation) });
      } catch (problem) {
        if (isOver) return;
        if (problem instanceof ApiError && problem.status === 401) leave(); else setError(problem);
      }
    })();
    const out = (): void => { if (!isOver && !window.location.pathname.startsWith("/login")) leave(); };
    signedOut.addEventListener("out", out);
    return () => {
      isOver = true;
      signedOut.removeEventListener("out", out);
    };
  }, [round]);
  if (error) return <main><ErrorPanel error={error} retry={() => { setError(null); setRound((n) => n + 1); }} /></main>;
  if (!session) return <main><Loading what={place.path === "/" ? "Tarn" : "the page"} /></main>;
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}
