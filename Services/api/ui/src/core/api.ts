/** The REST API, as the pages use it. Every call may be aborted; every failure is an ApiError with the server's own words. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export interface Pagination { has_more: boolean; next_offset: string; results: number; max_per_page: number }
export interface Page<Row> { pagination: Pagination; results: Row[] }
export type Query = Record<string, string | number | boolean | undefined>;

const base = "/api/v1";

export function url(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
  return base + path + (text ? `?${text}` : "");
}

/** A path of the API: each value is escaped, so that no name can lead elsewhere. */
export function path(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.reduce((all, part, index) => all + encodeURIComponent(values[index - 1] ?? "") + part);
}

async function failure(answer: Response): Promise<ApiError> {
  let message = "";
  try {
    message = ((await answer.json()) as { message?: string }).message ?? "";
  } catch {
    // Not JSON: a proxy's page, or nothing.
  }
  return new ApiError(answer.status, message || `The server answered ${answer.status}.`);
}

/** Told when a call finds that nobody is signed in. */
export const signedOut = new EventTarget();

export async function send(method: string, target: string, options: {
  query?: Query; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal | undefined;
} = {}): Promise<Response> {
  const headers: Record<string, string> = { ...options.headers };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(url(target, options.query), {
      method, headers, credentials: "same-origin", signal: options.signal ?? null,
      body: options.body === undefined ? null : JSON.stringify(options.body),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "The server cannot be reached. Is it running, and are you online?");
  }
  if (answer.ok) return answer;
  const error = await failure(answer);
  if (answer.status === 401 && error.message === "error authenticating request") signedOut.dispatchEvent(new Event("out"));
  throw error;
}

export async function get<Value>(target: string, query: Query = {}, signal?: AbortSignal): Promise<Value> {
  return (await (await send("GET", target, { query, signal })).json()) as Value;
}

/** Sends a change; the answer's JSON, or its text where it is none. */
export async function change<Value = unknown>(method: string, target: string, body?: unknown, query: Query = {}): Promise<Value> {
  const answer = await send(method, target, { query, body });
  const text = await answer.text();
  return (answer.headers.get("content-type")?.includes("json") && text ? JSON.parse(text) : text) as Value;
}

export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// What the API answers, as far as pages read it.
export interface Repository { id: string; creation_date: number; default_branch: string; storage_namespace: string; read_only?: boolean }
export interface Ref { id: string; commit_id: string }
export interface Entry {
  path: string; path_type: "object" | "common_prefix"; size_bytes?: number; mtime: number; checksum: string; content_type?: string;
  physical_address: string; metadata?: Record<string, string>;
}
export interface Commit {
  id: string; parents: string[]; committer: string; message: string; creation_date: number; metadata?: Record<string, string>; meta_range_id: string;
}
export interface Change { type: "added" | "removed" | "changed" | "conflict" | "prefix_changed"; path: string; path_type: "object" | "common_prefix"; size_bytes?: number }
export interface Move { id: string; ref: string; kind: "branch" | "tag"; action: string; from?: string; to?: string; actor: string; date: number }
export interface Conflict { path: string; base?: Entry; source?: Entry; destination?: Entry }
export interface User { id: string; creation_date: number; friendly_name?: string; email?: string }
export interface Config {
  version_config?: { version?: string };
  storage_config?: {
    blockstore_type: string; default_namespace_prefix?: string; blockstore_namespace_example: string; blockstore_namespace_ValidityRegex: string;
  };
  tarn?: { s3_endpoint_url?: string };
}
