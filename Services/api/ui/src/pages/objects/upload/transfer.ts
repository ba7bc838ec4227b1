import { ApiError, path, url } from "../../../core/api";
import { Picked } from "./files";

/** Types that browsers do not know of. */
const types: Record<string, string> = {
  parquet: "application/vnd.apache.parquet", csv: "text/csv", tsv: "text/tab-separated-values", json: "application/json", md: "text/markdown",
  jsonl: "application/x-ndjson", ndjson: "application/x-ndjson", ipynb: "application/x-ipynb+json", yaml: "application/yaml", yml: "application/yaml",
};

export function contentType(file: File): string {
  const extension = file.name.slice(file.name.lastIndexOf(".") + 1).toLowerCase();
  const known = Object.prototype.hasOwnProperty.call(types, extension) ? types[extension] : undefined;
  // A form would be taken apart.
  return known ?? (file.type && !file.type.startsWith("multipart/") ? file.type : "application/octet-stream");
}

/** Sends one file, telling how many bytes are on their way; `fetch` tells nothing of that. */
export function transfer(
  repository: string, branch: string, { file, path: of }: Picked, options: { signal: AbortSignal; onProgress: (sent: number) => void },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url(path`/repositories/${repository}/branches/${branch}/objects`, { path: of }));
    request.setRequestHeader("Content-Type", contentType(file));
    request.upload.onprogress = (event) => options.onProgress(event.loaded);
    request.onload = () => (request.status < 300 ? resolve() : reject(new ApiError(request.status, reason(request))));
    request.onerror = () => reject(new ApiError(0, "The connection was lost, or the file cannot be read."));
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    options.signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function reason(request: XMLHttpRequest): string {
  try {
    return (JSON.parse(request.responseText) as { message?: string }).message ?? "";
  } catch {
    return `The server answered ${request.status}.`;
  }
}
