export type Kind = "parquet" | "csv" | "json" | "lines" | "markdown" | "notebook" | "image" | "code" | "text" | "unknown";

/** How an object is shown, and the language of code. */
export interface Guess {
  kind: Kind;
  language?: string;
}

const byExtension: Record<string, Guess> = {};
const add = (kind: Kind, extensions: string, language?: string): void => {
  for (const extension of extensions.split(" ")) byExtension[extension] = language === undefined ? { kind } : { kind, language };
};
add("parquet", "parquet parq pq");
add("csv", "csv tsv tab");
add("json", "json geojson avsc webmanifest");
add("lines", "jsonl ndjson");
add("markdown", "md markdown mkd");
add("notebook", "ipynb");
add("image", "png jpg jpeg gif webp avif bmp ico svg");
add("text", "txt log text");
add("code", "py pyi", "python");
add("code", "sql ddl hql", "sql");
add("code", "sh bash zsh", "bash");
add("code", "yaml yml", "yaml");
add("code", "toml", "toml");
add("code", "ini cfg conf properties", "ini");
add("code", "js mjs cjs jsx", "javascript");
add("code", "ts tsx", "typescript");
add("code", "html htm xml xhtml xsd", "markup");
add("code", "css", "css");
add("code", "java", "java");
add("code", "scala sc", "scala");
add("code", "swift", "swift");
add("code", "go", "go");
add("code", "rs", "rust");
add("code", "c h cpp cc hpp", "cpp");
add("code", "r rmd", "r");
add("code", "diff patch", "diff");

const byType: Record<string, Guess> = {
  "application/vnd.apache.parquet": { kind: "parquet" }, "application/x-parquet": { kind: "parquet" },
  "text/csv": { kind: "csv" }, "text/tab-separated-values": { kind: "csv" },
  "application/json": { kind: "json" }, "application/x-ndjson": { kind: "lines" }, "text/markdown": { kind: "markdown" },
  "application/x-ipynb+json": { kind: "notebook" }, "text/plain": { kind: "text" },
  "text/html": { kind: "code", language: "markup" }, "application/xml": { kind: "code", language: "markup" },
  "image/png": { kind: "image" }, "image/jpeg": { kind: "image" }, "image/gif": { kind: "image" }, "image/webp": { kind: "image" },
  "image/avif": { kind: "image" }, "image/svg+xml": { kind: "image" }, "image/bmp": { kind: "image" },
};

/** By the name first: what a client said of the type is mostly a guess of its own. */
export function guess(path: string, contentType: string): Guess {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const extension = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "";
  const found = Object.prototype.hasOwnProperty.call(byExtension, extension) ? byExtension[extension] : undefined;
  if (found) return found;
  const type = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  return (Object.prototype.hasOwnProperty.call(byType, type) ? byType[type] : undefined) ?? { kind: "unknown" };
}
