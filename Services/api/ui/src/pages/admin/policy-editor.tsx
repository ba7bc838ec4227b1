import { useId } from "react";

/** Statements as JSON; what is wrong with them is said while they are written. */
export function PolicyEditor({ text, onChange, wrong }: { text: string; onChange: (text: string) => void; wrong: string | undefined }): JSX.Element {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Statements</label>
      <textarea id={id} className="policy-text" spellCheck={false} value={text} aria-describedby={`${id}-help`} aria-invalid={wrong ? true : undefined} onChange={(event) => onChange(event.target.value)} />
      <span id={`${id}-help`} className={wrong ? "wrong" : "help"} role={wrong ? "alert" : undefined}>
        {wrong ?? "A statement that denies wins; what nothing allows is refused. ${user} stands for who asks, * for any text, ? for one character."}
      </span>
    </div>
  );
}
