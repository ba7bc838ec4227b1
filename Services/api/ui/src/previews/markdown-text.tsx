import { marked } from "marked";
import { createElement, ReactNode, useMemo } from "react";
import { CodeBlock } from "./code";

// The tokens as far as they are shown: the declarations have a union that cannot be told apart.
interface Token {
  type: string; raw: string; text?: string; tokens?: Token[]; depth?: number; lang?: string; href?: string; title?: string | null;
  ordered?: boolean; start?: number | ""; items?: Token[]; task?: boolean; checked?: boolean; loose?: boolean;
  header?: Token[]; rows?: Token[][]; align?: ("center" | "left" | "right" | null)[];
}

const maxDepth = 50;

/** Markdown as elements: no HTML is ever made of it, so what is written as HTML is shown as it is written. */
export function MarkdownText({ text }: { text: string }): JSX.Element {
  const tokens = useMemo((): Token[] => {
    try {
      return marked.lexer(text) as unknown as Token[];
    } catch {
      return [{ type: "paragraph", raw: text, text }];
    }
  }, [text]);
  return <div className="preview-markdown">{all(tokens, 0)}</div>;
}

function all(tokens: Token[] | undefined, depth: number): ReactNode {
  if (depth > maxDepth) return "…";
  return tokens?.map((token, index) => <Shown key={index} token={token} depth={depth} />);
}

/** The lexer escapes for HTML what React escapes again. */
function plain(text: string): string {
  const names: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => names[name] ?? "");
}

/** Only where a click is harmless: `javascript:` and its like are none of these. */
function safe(target: string | undefined): string | undefined {
  return target !== undefined && /^(https?:|mailto:)/i.test(target) ? target : undefined;
}

function Shown({ token, depth }: { token: Token; depth: number }): JSX.Element | null {
  const inner = (): ReactNode => (token.tokens ? all(token.tokens, depth + 1) : plain(token.text ?? token.raw));
  switch (token.type) {
    case "space":
    case "def":
      return null;
    // The page has its first headings already.
    case "heading": return createElement(`h${Math.min(6, (token.depth ?? 1) + 2)}`, { className: `level-${token.depth ?? 1}` }, inner());
    case "paragraph": return <p>{inner()}</p>;
    case "blockquote": return <blockquote>{inner()}</blockquote>;
    case "code": return <CodeBlock text={token.text ?? ""} language={token.lang?.split(/\s/)[0]} />;
    case "hr": return <hr />;
    case "br": return <br />;
    case "strong": return <strong>{inner()}</strong>;
    case "em": return <em>{inner()}</em>;
    case "del": return <del>{inner()}</del>;
    case "codespan": return <code>{plain(token.text ?? "")}</code>;
    case "list": return createElement(token.ordered ? "ol" : "ul", token.ordered && token.start ? { start: token.start } : null,
      token.items?.map((item, index) => <Item key={index} item={item} depth={depth + 1} />));
    case "table": return <Table token={token} depth={depth} />;
    case "link": {
      const target = safe(token.href);
      return target ? <a href={target} title={token.title ?? undefined} target="_blank" rel="noopener noreferrer nofollow">{inner()}</a> : <>{inner()}</>;
    }
    // Pictures from elsewhere would tell who looks at the object.
    case "image": return <span className="badge">picture: {plain(token.text || token.href || "")}</span>;
    case "html": return <code className="muted">{token.raw}</code>;
    default: return <>{inner()}</>;
  }
}

function Item({ item, depth }: { item: Token; depth: number }): JSX.Element {
  return (
    <li>
      {item.task && <input type="checkbox" checked={item.checked ?? false} disabled readOnly aria-label={item.checked ? "done" : "to do"} />}
      {all(item.tokens, depth)}
    </li>
  );
}

function Table({ token, depth }: { token: Token; depth: number }): JSX.Element {
  const side = (index: number): string | undefined => (token.align?.[index] === "right" ? "number" : undefined);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Table">
      <table className="table">
        <thead><tr>{token.header?.map((cell, index) => <th key={index} className={side(index)}>{all(cell.tokens, depth + 1)}</th>)}</tr></thead>
        <tbody>
          {token.rows?.map((row, at) => (
            <tr key={at}>{row.map((cell, index) => <td key={index} className={side(index)}>{all(cell.tokens, depth + 1)}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
