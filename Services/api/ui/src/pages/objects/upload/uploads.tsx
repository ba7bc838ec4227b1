import { useEffect, useRef, useState } from "react";
import { Button } from "../../../components/controls";
import { message } from "../../../core/api";
import { bytes, count, shown } from "../../../core/format";
import { Picked } from "./files";
import { transfer } from "./transfer";

interface Upload extends Picked {
  state: "waiting" | "sending" | "done" | "failed";
  sent: number;
  error?: string;
}

/** Files sent at the same time: a browser has six connections to a server, and the pages need some. */
const concurrency = 3;
const maxShown = 200;

/** Sends files to a branch, with the progress of each and of all. */
export function Uploads({ repository, branch, files, onDone, onClose }: {
  repository: string; branch: string; files: Picked[]; onDone: () => void; onClose: () => void;
}): JSX.Element | null {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const abort = useRef(new AbortController());

  const start = async (queue: Upload[]): Promise<void> => {
    const { signal } = abort.current;
    let next = 0;
    // The state is read off the queue now and then: a thousand small files are not a thousand renderings.
    const show = (): void => { if (!signal.aborted) setUploads([...queue]); };
    const timer = setInterval(show, 150);
    const work = async (): Promise<void> => {
      for (let upload = queue[next++]; upload && !signal.aborted; upload = queue[next++]) {
        const one = upload;
        if (one.state === "done") continue;
        Object.assign(one, { state: "sending", sent: 0, error: undefined });
        try {
          await transfer(repository, branch, one, { signal, onProgress: (sent) => { one.sent = sent; } });
          Object.assign(one, { state: "done", sent: one.file.size });
        } catch (error) {
          Object.assign(one, { state: "failed", error: message(error) });
        }
      }
    };
    show();
    await Promise.all(Array.from({ length: concurrency }, work));
    clearInterval(timer);
    show();
    if (!signal.aborted) onDone();
  };
  useEffect(() => {
    abort.current = new AbortController();
    const mine = abort.current;
    setUploads([]);
    if (files.length > 0) void start(files.map((file) => ({ ...file, state: "waiting", sent: 0 })));
    return () => mine.abort();
  }, [files]);

  const isRunning = uploads.some((upload) => upload.state === "waiting" || upload.state === "sending");
  useEffect(() => {
    if (!isRunning) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isRunning]);
  if (uploads.length === 0) return null;
  const done = uploads.filter((upload) => upload.state === "done").length;
  const failed = uploads.filter((upload) => upload.state === "failed");
  const total = uploads.reduce((sum, upload) => sum + upload.file.size, 0);
  const sent = uploads.reduce((sum, upload) => sum + Math.min(upload.sent, upload.file.size), 0);
  // What matters first: what failed, what is on its way.
  const order = { failed: 0, sending: 1, waiting: 2, done: 3 };
  const sorted = [...uploads].sort((a, b) => order[a.state] - order[b.state]).slice(0, maxShown);
  return (
    <section className="panel" aria-label="Uploads">
      <header>
        <strong role="status">{isRunning ? "Uploading" : failed.length > 0 ? "Not all uploaded" : "Uploaded"}: {count(done)} of {count(uploads.length)} files, {bytes(sent)} of {bytes(total)}</strong>
        <span className="grow" />
        {failed.length > 0 && !isRunning && <Button kinds={["small"]} onClick={() => { void start(uploads); }}>Try the failed again</Button>}
        <Button kinds={["small"]} onClick={onClose}>{isRunning ? "Stop" : "Close"}</Button>
      </header>
      <ul className="list upload-list">
        {sorted.map((upload) => <Line key={upload.path} upload={upload} />)}
        {uploads.length > maxShown && <li className="muted small">and {count(uploads.length - maxShown)} more</li>}
      </ul>
    </section>
  );
}

function Line({ upload }: { upload: Upload }): JSX.Element {
  const name = shown(upload.path);
  return (
    <li>
      <span className="grow clip" title={name}><bdi>{name}</bdi></span>
      {upload.state === "failed" ? <span className="removed small wrap" role="alert">{upload.error}</span> : (
        <progress className="upload-progress" aria-label={`Progress of ${name}`} max={Math.max(1, upload.file.size)}
          value={upload.state === "done" ? Math.max(1, upload.file.size) : upload.sent} />
      )}
      <span className="muted small number">{bytes(upload.file.size)}</span>
    </li>
  );
}
