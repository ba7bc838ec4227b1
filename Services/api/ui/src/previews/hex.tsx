import { ErrorPanel, Loading } from "../components/feedback";
import { useLoad } from "../core/hooks";
import { ObjectSource } from "./source";

const shownBytes = 512;

/** The first bytes of what is neither text nor of a known kind. */
export function Hex({ source }: { source: ObjectSource }): JSX.Element {
  const bytes = useLoad(() => source.read(0, Math.min(shownBytes, source.size)), [source]);
  if (bytes.error) return <ErrorPanel error={bytes.error} retry={bytes.reload} />;
  if (!bytes.value) return <Loading what="the preview" />;
  return (
    <div className="stack tight">
      <p className="muted">Binary data, of which these are the first bytes. Download the object to open it.</p>
      <pre className="code preview-hex" tabIndex={0} aria-label="First bytes">{lines(bytes.value).join("\n")}</pre>
    </div>
  );
}

function lines(bytes: Uint8Array): string[] {
  const found: string[] = [];
  for (let start = 0; start < bytes.length; start += 16) {
    const row = Array.from(bytes.subarray(start, start + 16));
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ").padEnd(47);
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
    found.push(`${start.toString(16).padStart(8, "0")}  ${hex}  ${text}`);
  }
  return found;
}
