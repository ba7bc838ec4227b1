import { createContext, ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { ApiError, message } from "../core/api";

export function Loading({ what }: { what: string }): JSX.Element {
  return <div className="loading fade" role="status">Loading {what}…</div>;
}

/** What went wrong, in the server's words, and what may be done about it. */
export function ErrorPanel({ error, retry }: { error: unknown; retry?: (() => void) | undefined }): JSX.Element {
  const status = error instanceof ApiError ? error.status : -1;
  const advice =
    status === 0 ? "Check the connection, then try again."
    : status === 401 || status === 403 ? "An administrator can give you the permission that is missing."
    : status === 404 ? "It may have been deleted or renamed; go back and look at the list."
    : status === 503 || status >= 500 ? "Nothing was changed. Try again in a moment; if it stays so, the services' logs tell more." : "";
  return (
    <div className="note bad stack tight" role="alert">
      <strong className="wrap">{message(error)}</strong>
      {advice && <span>{advice}</span>}
      {retry && <div><button type="button" className="button small" onClick={retry}>Try again</button></div>}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }): JSX.Element {
  return <div className="empty"><h2>{title}</h2>{children}</div>;
}

interface Toast { id: number; text: string; isBad: boolean }
type Tell = (text: string, isBad?: boolean) => void;
const ToastContext = createContext<Tell>(() => undefined);
export const useToast = (): Tell => useContext(ToastContext);

export function Toasts({ children }: { children: ReactNode }): JSX.Element {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const tell = useCallback<Tell>((text, isBad = false) => {
    const id = Math.random();
    setToasts((all) => [...all.slice(-3), { id, text, isBad }]);
    setTimeout(() => setToasts((all) => all.filter((toast) => toast.id !== id)), isBad ? 9_000 : 4_000);
  }, []);
  return (
    <ToastContext.Provider value={useMemo(() => tell, [tell])}>
      {children}
      <div className="toasts" aria-live="polite">
        {toasts.map((toast) => <div key={toast.id} className={`toast fade${toast.isBad ? " bad" : ""}`}>{toast.text}</div>)}
      </div>
    </ToastContext.Provider>
  );
}
