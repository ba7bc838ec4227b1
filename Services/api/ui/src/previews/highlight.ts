import "./prism-global";
import Prism from "prismjs";
import "prismjs/components/prism-bash";
import "prismjs/components/prism-c";
import "prismjs/components/prism-cpp";
import "prismjs/components/prism-diff";
import "prismjs/components/prism-go";
import "prismjs/components/prism-ini";
import "prismjs/components/prism-java";
import "prismjs/components/prism-python";
import "prismjs/components/prism-r";
import "prismjs/components/prism-rust";
import "prismjs/components/prism-scala";
import "prismjs/components/prism-sql";
import "prismjs/components/prism-swift";
import "prismjs/components/prism-toml";
import "prismjs/components/prism-typescript";
import "prismjs/components/prism-yaml";

/** A piece of text, or a marked one with pieces of its own. */
export type Piece = string | { mark: string; pieces: Piece[] };

/** What is highlighted at most, in characters: the patterns are not made for what wants to make them slow. */
const maxHighlighted = 100_000;
const maxLine = 5_000;

/** Marks words by a language; text that is too long, or of no known language, stays as it is. */
export function highlight(text: string, language: string | undefined): Piece[] {
  const grammar = language === undefined ? undefined : (Prism.languages as Record<string, Prism.Grammar | undefined>)[language];
  if (!grammar || text.length > maxHighlighted || text.split("\n").some((line) => line.length > maxLine)) return [text];
  return Prism.tokenize(text, grammar).map(piece);
}

function piece(token: string | Prism.Token): Piece {
  if (typeof token === "string") return token;
  const { content } = token;
  return { mark: token.type, pieces: Array.isArray(content) ? content.map(piece) : [piece(content)] };
}
