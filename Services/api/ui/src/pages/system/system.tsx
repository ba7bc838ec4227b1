import { Button } from "../../components/controls";
import { ErrorPanel, Loading } from "../../components/feedback";
import { get } from "../../core/api";
import { useLoad } from "../../core/hooks";
import { useTitle } from "../../core/router";
import { useSession } from "../../core/session";

interface Service { name: string; status: "ok" | "down"; error?: string; microseconds: number }

/** What this installation is, and how its services do. */
export default function System(): JSX.Element {
  useTitle("System");
  const { config } = useSession();
  const found = useLoad((signal) => get<{ results: Service[] }>("/services", {}, signal), []);
  const store = config.storage_config;
  return (
    <div className="stack">
      <h1>System</h1>
      <section className="panel pad stack tight" aria-labelledby="about">
        <h2 id="about">This installation</h2>
        <dl className="facts">
          <dt>Version</dt><dd>{config.version_config?.version ?? "unknown"}</dd>
          <dt>Object store</dt><dd>{store?.blockstore_type ?? "unknown"}</dd>
          {store?.default_namespace_prefix && <><dt>New repositories</dt><dd><code className="wrap">{store.default_namespace_prefix}</code></dd></>}
          {config.tarn?.s3_endpoint_url && <><dt>For S3 clients</dt><dd><code className="wrap">{config.tarn.s3_endpoint_url}</code></dd></>}
          <dt>For REST clients</dt><dd><code className="wrap">{window.location.origin}/api/v1</code></dd>
          <dt>Documentation</dt><dd><a href="/docs">of every operation</a></dd>
        </dl>
      </section>
      <section className="panel" aria-label="Services">
        <header><h2>Services</h2><span className="grow" /><Button kinds={["small"]} onClick={found.reload}>Ask again</Button></header>
        {found.error !== undefined && <ErrorPanel error={found.error} retry={found.reload} />}
        {!found.value && found.isLoading && <Loading what="the services" />}
        <ul className="list">
          {found.value?.results.map((service) => (
            <li key={service.name}>
              <span className={`badge ${service.status === "ok" ? "good" : "bad"}`}>{service.status === "ok" ? "works" : "down"}</span>
              <span className="grow">{service.name}{service.error && <span className="removed"> {service.error}</span>}</span>
              {service.name !== "api" && <span className="muted small">{(service.microseconds / 1_000).toFixed(1)} ms</span>}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
