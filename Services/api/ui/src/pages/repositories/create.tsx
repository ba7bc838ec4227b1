import { useState } from "react";
import { Check, Dialog, Field } from "../../components/controls";
import { change, Repository } from "../../core/api";
import { navigate, ofRepository } from "../../core/router";
import { useSession } from "../../core/session";

const namePattern = /^[a-z0-9][a-z0-9-]{2,62}$/;

function wrongNamespace(namespace: string, pattern: string | undefined): string | undefined {
  if (!namespace || !pattern) return undefined;
  try {
    return new RegExp(pattern).test(namespace) ? undefined : "This installation keeps its data elsewhere: see the example.";
  } catch {
    return undefined;
  }
}

/** Makes a repository; the namespace follows the name until somebody writes another. */
export function CreateRepository({ onClose }: { onClose: () => void }): JSX.Element {
  const { config } = useSession();
  const store = config.storage_config;
  const prefix = store?.default_namespace_prefix ?? "";
  const [name, setName] = useState("");
  const [branch, setBranch] = useState("main");
  const [written, setWritten] = useState<string | null>(null);
  const [hasSamples, setHasSamples] = useState(false);
  const namespace = written ?? (prefix && name ? `${prefix}${prefix.endsWith("/") ? "" : "/"}${name}` : "");
  const wrongName = name && !namePattern.test(name) ? "3 to 63 small letters, digits and hyphens; the first is no hyphen." : undefined;
  const wrong = wrongNamespace(namespace, store?.blockstore_namespace_ValidityRegex);
  const create = async (): Promise<void> => {
    const made = await change<Repository>("POST", "/repositories", {
      name, storage_namespace: namespace, default_branch: branch, ...(hasSamples ? { sample_data: true } : {}) });
    navigate(ofRepository(made.id, ""));
  };
  return (
    <Dialog title="New repository" submit="Create" onClose={onClose} onSubmit={create} disabled={Boolean(wrongName ?? wrong)}>
      <Field label="Name" name="name" value={name} required autoFocus wrong={wrongName} onChange={(event) => setName(event.target.value)}
        help="Also the bucket's name for S3 clients." />
      <Field label="Storage namespace" name="namespace" value={namespace} required wrong={wrong} onChange={(event) => setWritten(event.target.value)}
        help={<>Where its data lies in the object store, for itself alone. {store && <>Such as <code className="wrap">{store.blockstore_namespace_example}</code>.</>}</>} />
      <Field label="Default branch" name="branch" value={branch} required onChange={(event) => setBranch(event.target.value)} />
      <Check label="Add sample data" help="A small lake to try things on: Parquet, CSV, JSON, images and a README." checked={hasSamples}
        onChange={(event) => setHasSamples(event.target.checked)} />
    </Dialog>
  );
}
