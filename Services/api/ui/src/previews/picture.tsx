import { useState } from "react";
import { url } from "../core/api";
import type { SourceProps } from "./preview";

const maxBytes = 64 << 20;

/** A picture in an image element, in which even the scripts of an SVG do not run. */
export default function Picture({ source }: SourceProps): JSX.Element {
  const [size, setSize] = useState("");
  const [isBroken, setIsBroken] = useState(false);
  if (source.size > maxBytes) return <p className="note">The picture is larger than 64 MiB. Download it to see it.</p>;
  if (isBroken) return <p className="note warn">This is no picture that the browser can show. Download it to look into it.</p>;
  return (
    <figure className="preview-picture">
      <img src={url(source.target, { path: source.entry.path })} alt={`Content of ${source.entry.path}`}
        onLoad={(event) => setSize(`${event.currentTarget.naturalWidth} × ${event.currentTarget.naturalHeight} pixels`)}
        onError={() => setIsBroken(true)} />
      <figcaption className="muted small">{size}</figcaption>
    </figure>
  );
}
