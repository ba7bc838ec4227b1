import { ButtonHTMLAttributes, FormEvent, InputHTMLAttributes, ReactNode, useEffect, useId, useRef, useState } from "react";
import { ago, bytes, instant } from "../core/format";
import { message } from "../core/api";
import { copyText } from "../core/clipboard";

type Kind = "primary" | "danger" | "quiet" | "small";

export function Button({ kinds = [], className = "", ...rest }: { kinds?: Kind[] } & ButtonHTMLAttributes<HTMLButtonElement>): JSX.Element {
  return <button type="button" {...rest} className={["button", ...kinds, className].join(" ")} />;
}

/** An input with its label, what helps, and what is wrong with it. */
export function Field({ label, help, wrong, area = false, ...rest }: {
  label: string; help?: ReactNode; wrong?: string | undefined; area?: boolean;
} & InputHTMLAttributes<HTMLInputElement>): JSX.Element {
  const id = useId();
  const described = [help ? `${id}-help` : "", wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ") || undefined;
  const props = { id, "aria-describedby": described, "aria-invalid": wrong ? true : undefined };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {area
        ? <textarea {...props} name={rest.name} value={rest.value} required={rest.required} autoFocus={rest.autoFocus}
            onChange={rest.onChange as never} placeholder={rest.placeholder} rows={4} />
        : <input {...props} {...rest} />}
      {help && <span className="help" id={`${id}-help`}>{help}</span>}
      {wrong && <span className="wrong" id={`${id}-wrong`}>{wrong}</span>}
    </div>
  );
}

export function Check({ label, help, ...rest }: { label: string; help?: string } & InputHTMLAttributes<HTMLInputElement>): JSX.Element {
  const id = useId();
  return (
    <div className="check">
      <input type="checkbox" id={id} {...rest} />
      <label htmlFor={id}>{label}{help && <span className="muted small"><br />{help}</span>}</label>
    </div>
  );
}

/** A dialog of the browser's own: it keeps the focus, Escape closes it, and the page behind rests. */
export function Dialog({ title, onClose, children, onSubmit, submit, danger = false, disabled = false }: {
  title: string; onClose: () => void; children: ReactNode; submit: string; danger?: boolean; disabled?: boolean;
  /** Returns once it is done; what it throws is shown, and the dialog stays. */
  onSubmit: () => Promise<void>;
}): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setIsBusy] = useState(false);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => { if (before instanceof HTMLElement) before.focus(); };
  }, []);
  const act = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsBusy(true);
    setError(null);
    try {
      await onSubmit();
    } catch (problem) {
      setError(problem);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <dialog ref={element} aria-labelledby={id} onClose={onClose} onCancel={(event) => { if (isBusy) event.preventDefault(); }}>
      <form onSubmit={act}>
        <h2 id={id} className="wrap">{title}</h2>
        {children}
        {error !== null && <div className="note bad wrap" role="alert">{message(error)}</div>}
        {isBusy && <progress aria-label="Working" />}
        <div className="actions">
          <Button onClick={onClose} disabled={isBusy}>Cancel</Button>
          <Button type="submit" kinds={danger ? ["primary", "danger"] : ["primary"]} disabled={isBusy || disabled}>{submit}</Button>
        </div>
      </form>
    </dialog>
  );
}

/** What is put away until it is asked for; closed by Escape, by a click elsewhere, and by choosing. */
export function Menu({ label, name, children, kinds = [], side = "right" }: {
  label: ReactNode; name?: string; children: (close: () => void) => ReactNode; kinds?: Kind[]; side?: "left" | "right";
}): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  const element = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return undefined;
    const outside = (event: MouseEvent): void => { if (!element.current?.contains(event.target as Node)) setIsOpen(false); };
    const key = (event: KeyboardEvent): void => {
      if (event.key === "Escape") {
        setIsOpen(false);
        button.current?.focus();
      }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const items = [...(element.current?.querySelectorAll<HTMLElement>(".item:not(:disabled)") ?? [])];
      const at = items.indexOf(document.activeElement as HTMLElement);
      items[(at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length]?.focus();
      event.preventDefault();
    };
    document.addEventListener("mousedown", outside);
    document.addEventListener("keydown", key);
    return () => {
      document.removeEventListener("mousedown", outside);
      document.removeEventListener("keydown", key);
    };
  }, [isOpen]);
  return (
    <div className={`menu ${side}`} ref={element}>
      <button ref={button} type="button" className={["button", ...kinds].join(" ")} aria-haspopup="true" aria-expanded={isOpen}
        aria-label={name} onClick={() => setIsOpen(!isOpen)}>{label}</button>
      {isOpen && <div className="popover fade">{children(() => setIsOpen(false))}</div>}
    </div>
  );
}

export function Copy({ text, label = "Copy" }: { text: string; label?: string }): JSX.Element {
  const [isDone, setIsDone] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(text);
    setIsDone(true);
    setTimeout(() => setIsDone(false), 1_500);
  };
  return <Button kinds={["small"]} onClick={copy} aria-live="polite">{isDone ? "Copied" : label}</Button>;
}

export const When = ({ seconds }: { seconds: number }): JSX.Element =>
  <time dateTime={new Date(seconds * 1000).toISOString()} title={instant(seconds)}>{ago(seconds)}</time>;

export const Size = ({ count }: { count: number | undefined }): JSX.Element =>
  <span title={count === undefined ? undefined : `${count} bytes`}>{count === undefined ? "" : bytes(count)}</span>;

/** Shows that there are more rows, and gets them once it comes into view. */
export function More({ hasMore, isLoading, more }: { hasMore: boolean; isLoading: boolean; more: () => void }): JSX.Element | null {
  const element = useRef<HTMLDivElement>(null);
  const act = useRef(more);
  act.current = more;
  useEffect(() => {
    if (!element.current || !hasMore) return undefined;
    const watcher = new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) act.current(); }, { rootMargin: "600px" });
    watcher.observe(element.current);
    return () => watcher.disconnect();
  }, [hasMore, isLoading]);
  if (!hasMore) return null;
  return <div ref={element} className="loading">{isLoading ? "Loading more…" : <Button onClick={more}>More</Button>}</div>;
}
