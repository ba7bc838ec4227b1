import { useState } from "react";
import { Button, Copy, Dialog, Field, When } from "../../components/controls";
import { useToast } from "../../components/feedback";
import { change, path } from "../../core/api";
import { navigate, useTitle } from "../../core/router";
import { useSession } from "../../core/session";
import { useRepository } from "./context";
import { RepositoryMetadata } from "./metadata";
import { Protection } from "./protection";

export default function Settings(): JSX.Element {
  const repository = useRepository();
  const { config } = useSession();
  useTitle("Settings", repository.id);
  const [isDeleting, setIsDeleting] = useState(false);
  const endpoint = config.tarn?.s3_endpoint_url;
  return (
    <div className="stack">
      <section className="panel pad stack" aria-labelledby="general">
        <h2 id="general">General</h2>
        <dl className="stack tight">
          <div><dt className="label">Storage namespace</dt><dd className="row"><code className="wrap">{repository.storage_namespace}</code><Copy text={repository.storage_namespace} /></dd></div>
          <div><dt className="label">Default branch</dt><dd><code>{repository.default_branch}</code></dd></div>
          <div><dt className="label">Writing</dt><dd>{repository.read_only ? "Read-only: it was made so, and takes no change." : "Whoever has the right may write."}</dd></div>
          <div><dt className="label">Made</dt><dd><When seconds={repository.creation_date} /></dd></div>
          {endpoint && <div><dt className="label">For S3 clients</dt><dd className="row"><code className="wrap">s3://{repository.id}/{repository.default_branch}/ at {endpoint}</code></dd></div>}
        </dl>
      </section>
      <RepositoryMetadata repository={repository.id} canWrite={!repository.read_only} />
      <Protection repository={repository.id} canWrite={!repository.read_only} />
      <section className="panel pad stack" aria-labelledby="danger">
        <h2 id="danger">Delete this repository</h2>
        <p>Its branches, commits and tags are gone at once. The bytes stay in the object store.</p>
        <div><Button kinds={["danger"]} onClick={() => setIsDeleting(true)}>Delete {repository.id}</Button></div>
      </section>
      {isDeleting && <DeleteRepository onClose={() => setIsDeleting(false)} />}
    </div>
  );
}

function DeleteRepository({ onClose }: { onClose: () => void }): JSX.Element {
  const repository = useRepository();
  const tell = useToast();
  const [typed, setTyped] = useState("");
  const remove = async (): Promise<void> => {
    await change("DELETE", path`/repositories/${repository.id}`, undefined, repository.read_only ? { force: true } : {});
    tell(`${repository.id} is deleted`);
    navigate("/repositories", { replace: true });
  };
  return (
    <Dialog title={`Delete ${repository.id}?`} submit="Delete for good" danger onClose={onClose} onSubmit={remove} disabled={typed !== repository.id}>
      <p>Nobody can bring its history back. To go on, type the repository's name.</p>
      <Field label="Name of the repository" name="confirmation" value={typed} autoFocus autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
    </Dialog>
  );
}
