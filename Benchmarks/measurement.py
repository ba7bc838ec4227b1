"""One run of the bench: what it measures with, the rows it has measured, and the calls that prepare them.

How CPU is counted: from the first request until deferred work and a CHECKPOINT after the load have finished, user and system
time of all Tarn processes and of Postgres with its ended children; the load generator apart. Rates on a shared machine
are noise; CPU per request holds.
"""

import http.client
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import time
from urllib.parse import urlsplit

import accounting
import calls
import replay
import signing

KEY, SECRET = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
API, S3 = urlsplit(os.environ["TARN_ENDPOINT"]).netloc, urlsplit(os.environ["TARN_S3_ENDPOINT"]).netloc
INDEX = f"127.0.0.1:{urlsplit(os.environ['TARN_ENDPOINT']).port + 104}"
HOME = pathlib.Path(os.environ["TARN_HOME"])


class Measurement:
    def __init__(self, options):
        self.options, self.rows = options, []
        self.installation = accounting.Installation(HOME)
        self.scratch = tempfile.TemporaryDirectory(prefix="tarn-replay-")
        self.random = random.Random(1)
        self.last_used = -1e9
        self.credentials = {caller: (HOME / f"secrets/rpc-{caller}").read_text().strip() for caller in ("gateway", "api")}

    def row(self, name, host, requests_of_run, concurrency, calls_a_request=1, check=None, bar=None, p50_bar=None):
        """Measures one row: `requests_of_run(run)` gives the requests of each run.

        `bar` is what a request may take, in CPU µs, and `p50_bar` in ms of waiting.
        """
        prepared = [requests_of_run(run) for run in range(self.options.runs)]
        # What preparing has left to do is not this row's.
        self.installation.settle()
        before, results = self.installation.cpu(), []
        for requests in prepared:
            results.append(replay.replay(host, requests, concurrency, check))
        self.installation.settle()
        total = sum(len(requests) for requests in prepared) * calls_a_request
        self.add(name, concurrency * calls_a_request, total, before, self.installation.cpu(),
                 rate=statistics.median(
                     len(requests) * calls_a_request / result.seconds for requests, result in zip(prepared, results)),
                 p50=statistics.median(result.p50_ms for result in results),
                 p99=statistics.median(result.p99_ms for result in results), bar=bar, p50_bar=p50_bar)

    def add(self, name, concurrency, total, before, after, rate, p50, p99, bar=None, p50_bar=None):
        by_process = {process: (after[process] - before.get(process, 0)) / total * 1e6 for process in after}
        row = {"name": name, "concurrency": concurrency, "requests": total, "cpu_us": sum(by_process.values()),
               "cpu_us_by_process": by_process, "rate": rate, "p50_ms": p50, "p99_ms": p99,
               "bar_cpu_us": bar, "bar_p50_ms": p50_bar}
        self.rows.append(row)
        detail = "  ".join(f"{process} {value:.0f}" for process, value in by_process.items() if value >= 0.5)
        bars = f"{bar or '':>8}{f'{p50_bar:.2f}' if p50_bar else '':>8}"
        print(f"{name:<44}{concurrency:>4}{row['cpu_us']:>10.0f}{rate:>11.0f}{p50:>10.2f}{p99:>10.2f}{bars}   {detail}", flush=True)

    def title(self, text):
        print(f"\n{text:<44}{'c':>4}{'CPU µs':>10}{'/s':>11}{'p50 ms':>10}{'p99 ms':>10}"
              f"{'bar µs':>8}{'bar ms':>8}   CPU µs by process", flush=True)

    def value(self, name, number, unit, bar=None, detail=""):
        """A row that is one number."""
        self.rows.append({"name": name, "value": number, "unit": unit, "bar": bar})
        print(f"{name:<44}{number:>14.2f} {unit:<6}{f'bar {bar:.2f}' if bar is not None else '':<14}{detail}", flush=True)

    # Pieces

    def rest(self, method, path, body=None):
        # The server closes connections that were idle for a minute.
        if time.monotonic() - self.last_used > 20:
            self.connection = http.client.HTTPConnection(API, timeout=600)
        text = json.dumps(body).encode() if body is not None else b""
        request = signing.basic(KEY, SECRET, API, method, f"/api/v1{path}", text)
        head, _, _ = request.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        self.connection.request(method, f"/api/v1{path}", body=text or None, headers=headers)
        answer = self.connection.getresponse()
        content = answer.read()
        self.last_used = time.monotonic()
        if answer.status >= 300:
            raise SystemExit(f"bench failed: {method} {path}: {answer.status} {content[:300]!r}")
        return content

    def make_repository(self, name):
        config = json.loads(self.rest("GET", "/config"))["storage_config"]
        prefix = config["default_namespace_prefix"]
        separator = "" if prefix.endswith("/") else "/"
        self.rest("POST", "/repositories", {"name": name, "storage_namespace": f"{prefix}{separator}{name}"})

    def bodies(self, members, size, caller="gateway"):
        """Requests to the index with `size` of the calls each."""
        credential = self.credentials[caller]
        return [calls.body("index", caller, credential, members[at:at + size]) for at in range(0, len(members), size)]

    def call(self, *member):
        """One call of the index as the API makes it; the answer decoded."""
        found = []
        replay.replay(INDEX, self.bodies([member], 1, "api"), 1, lambda content: found.extend(calls.answers(content)))
        return json.loads(found[0])

    def stage_many(self, repository, numbers, branch="main"):
        """Stages entries by calls of the index, 256 a body."""
        for start in range(0, len(numbers), 100_000):
            members = [calls.stage(repository, branch, calls.lake_path(number), 1_000 + number % 97)
                       for number in numbers[start:start + 100_000]]
            replay.replay(INDEX, self.bodies(members, calls.CALLS_PER_BODY), 8, calls.answers)

    def references(self):
        """What the machine gives in this run: fsync as the local store needs it, and Postgres by pgbench."""
        times = []
        folder = HOME / "fsync-probe"
        folder.mkdir()
        for number in range(200):
            start = time.perf_counter()
            with open(folder / "new", "wb") as file:
                file.write(b"x" * 1024)
                file.flush()
                os.fsync(file.fileno())
            os.rename(folder / "new", folder / str(number))
            handle = os.open(folder, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
            times.append(time.perf_counter() - start)
        self.fsync_ms = statistics.median(times) * 1e3
        print(f"create, write, fsync, rename, fsync of the directory: p50 {self.fsync_ms:.2f} ms")
        self.installation.sql("CREATE TABLE IF NOT EXISTS probe (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)",
                              "postgres")
        script = pathlib.Path(self.scratch.name) / "insert.sql"
        script.write_text("INSERT INTO probe (text) VALUES ('a row of the probe');\n")
        self.pgbench = {}
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        environment = {**os.environ, "PGPASSWORD": (HOME / "secrets/postgres-superuser").read_text()}
        for concurrency in (1, 32):
            run = subprocess.run(
                [programs / "pgbench", "-n", "-M", "prepared", "-f", script, "-c", str(concurrency), "-j", "1", "-T", "3",
                 "-h", (HOME / "postgres.socket").read_text().strip(), "-U", "tarn_superuser", "postgres"],
                check=True, env=environment, capture_output=True, text=True)
            rate = float(run.stdout.split("tps = ")[1].split()[0])
            self.pgbench[concurrency] = rate
            print(f"pgbench, one durable INSERT, c={concurrency}: {rate:.0f}/s, {concurrency / rate * 1e3:.2f} ms each")
        self.installation.sql("DROP TABLE probe", "postgres")
