import { useMemo } from "react";
import { highlight, Piece } from "./highlight";
import type { TextProps } from "./preview";

const maxShown = 200_000;

/** Text as it is written, with line numbers; code with its words marked. */
export default function Code({ head, guess }: TextProps): JSX.Element {
  return <CodeBlock text={head.text} language={guess.language} hasNumbers />;
}

export function CodeBlock({ text, language, hasNumbers = false }: { text: string; language?: string | undefined; hasNumbers?: boolean }): JSX.Element {
  const shown = text.length > maxShown ? text.slice(0, maxShown) : text;
  const pieces = useMemo(() => highlight(shown, language), [shown, language]);
  const lines = useMemo(() => (hasNumbers ? Array.from({ length: shown.replace(/\n$/, "").split("\n").length }, (_, index) => index + 1).join("\n") : ""), [shown, hasNumbers]);
  return (
    <>
      <div className="preview-code" tabIndex={0} role="region" aria-label={hasNumbers ? "Text" : "Code"}>
        {hasNumbers && <pre className="preview-numbers" aria-hidden="true">{lines}</pre>}
        <pre><code>{pieces.map((one, index) => <Marked key={index} piece={one} />)}</code></pre>
      </div>
      {text.length > maxShown && <p className="preview-cut" role="note">The first {maxShown.toLocaleString("en")} characters are shown.</p>}
    </>
  );
}

function Marked({ piece }: { piece: Piece }): JSX.Element {
  if (typeof piece === "string") return <>{piece}</>;
  return <span className={`mark-${piece.mark}`}>{piece.pieces.map((one, index) => <Marked key={index} piece={one} />)}</span>;
}
