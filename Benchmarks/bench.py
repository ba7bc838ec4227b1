"""Measures CPU per request over all of Tarn's processes and Postgres, rates, latency and memory.

How CPU is counted: from the first request until deferred work and a CHECKPOINT after the load have finished, user and system
time of all Tarn processes and of Postgres with its ended children; the load generator apart. Rates on a shared machine
are noise; CPU per request holds.
"""

import argparse
import http.client
import json
import os
import pathlib
import platform
import random
import socket
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
HOME = pathlib.Path(os.environ["TARN_HOME"])
REPOSITORY = "bench"


class Bench:
    def __init__(self, options):
        self.options, self.rows = options, []
        self.installation = accounting.Installation(HOME)
        self.scratch = tempfile.TemporaryDirectory(prefix="tarn-replay-")
        self.random = random.Random(1)
        self.last_used = -1e9
        self.index_address = ("127.0.0.1", urlsplit(os.environ["TARN_ENDPOINT"]).port + 104)
        self.index_connection = None
        self.credential = (HOME / "secrets/rpc-gateway").read_text().strip()

    def row(self, name, host, requests_of_run, concurrency):
        """Measures one row: `requests_of_run(run)` gives the requests of each run."""
        prepared = [requests_of_run(run) for run in range(self.options.runs)]
        before, results = self.installation.cpu(), []
        for requests in prepared:
            results.append(replay.replay(host, requests, concurrency))
        self.installation.settle()
        self.add(name, concurrency, sum(len(requests) for requests in prepared), before, self.installation.cpu(),
                 rate=statistics.median(len(requests) / result.seconds for requests, result in zip(prepared, results)),
                 p50=statistics.median(result.p50_ms for result in results),
                 p99=statistics.median(result.p99_ms for result in results))

    def add(self, name, concurrency, total, before, after, rate, p50, p99):
        by_process = {process: (after[process] - before.get(process, 0)) / total * 1e6 for process in after}
        row = {"name": name, "concurrency": concurrency, "requests": total, "cpu_us": sum(by_process.values()),
               "cpu_us_by_process": by_process, "rate": rate, "p50_ms": p50, "p99_ms": p99}
        self.rows.append(row)
        detail = "  ".join(f"{process} {value:.0f}" for process, value in by_process.items() if value >= 0.5)
        print(f"{name:<34}{concurrency:>4}{row['cpu_us']:>10.0f}{rate:>11.0f}{p50:>10.2f}{p99:>10.2f}   {detail}", flush=True)

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

    def stage_many(self, repository, first, count):
        """Stages `count` entries by calls of the index, 256 a body."""
        for start in range(first, first + count, 100_000):
            numbers = range(start, min(start + 100_000, first + count))
            bodies = [
                calls.stage_body("index", self.credential, repository,
                                 [(calls.lake_path(number), 1_000 + number % 97) for number in numbers[offset:offset + 256]])
                for offset in range(0, len(numbers), calls.CALLS_PER_BODY)]
            replay.replay("%s:%d" % self.index_address, bodies, 8, calls.check_answers)

    def stage_one(self, repository, number):
        """Stages one entry by a call of the index on a kept connection."""
        if self.index_connection is None:
            self.index_connection = socket.create_connection(self.index_address)
        self.index_connection.sendall(
            calls.stage_body("index", self.credential, repository, [(calls.lake_path(number), 1_000)]))
        answer = http.client.HTTPResponse(self.index_connection)
        answer.begin()
        content = answer.read()
        if answer.status != 200:
            raise SystemExit(f"bench failed: staging: {answer.status} {content[:300]!r}")
        calls.check_answers(content)

    # Rows

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

    def objects(self):
        half = self.options.objects // 2
        signer = signing.Signer(KEY, SECRET, "us-east-1", S3)
        body = self.random.randbytes(1024)
        made = []

        def puts(first, count):
            made.extend(range(first, first + count))
            return [signer.request("PUT", f"/{REPOSITORY}/main/{calls.lake_path(number)}", body=body)
                    for number in range(first, first + count)]

        runs = self.options.runs
        per_run = half // runs
        self.row("S3 PUT 1 KiB, onto nothing staged", S3, lambda run: puts(run * per_run, per_run), 32)
        self.rest("POST", f"/repositories/{REPOSITORY}/branches/main/commits", {"message": "Half of the objects"})
        self.row("S3 PUT 1 KiB", S3, lambda run: puts((runs + run) * per_run, per_run), 32)
        self.row("S3 PUT 1 KiB", S3, lambda run: puts((2 * runs + run) * per_run, 500), 1)

        def anything(count, make):
            return lambda run: [make(self.random.choice(made)) for _ in range(count)]

        few, many = self.options.requests // 8, self.options.requests
        for method in ("GET", "HEAD"):
            for concurrency, count in ((1, few), (32, many)):
                self.row(f"S3 {method} 1 KiB", S3, anything(count, lambda number, method=method: signer.request(
                    method, f"/{REPOSITORY}/main/{calls.lake_path(number)}")), concurrency)
        for concurrency, count in ((1, few // 10), (32, many // 20)):
            self.row("S3 list of 1,000 keys", S3, anything(count, lambda number: signer.request(
                "GET", f"/{REPOSITORY}", {"list-type": "2", "prefix": "main/", "max-keys": "1000",
                                          "start-after": f"main/{calls.lake_path(number)}"})), concurrency)
        base = f"/api/v1/repositories/{REPOSITORY}"
        for concurrency, count in ((1, few), (32, many)):
            self.row("REST stat", API, anything(count, lambda number: signing.basic(
                KEY, SECRET, API, "GET",
                f"{base}/refs/main/objects/stat?path=" + calls.lake_path(number).replace("=", "%3D"))), concurrency)
            self.row("REST get branch", API, anything(count, lambda number: signing.basic(
                KEY, SECRET, API, "GET", f"{base}/branches/main")), concurrency)
        for concurrency, count in ((1, 300), (16, 3_000), (32, 3_000)):
            self.row("REST create branch", API, lambda run: [signing.basic(
                KEY, SECRET, API, "POST", f"{base}/branches",
                json.dumps({"name": f"b-{concurrency}-{run}-{number}", "source": "main"}).encode())
                for number in range(count)], concurrency)

    def commits(self, size):
        """Commits of one change on a repository of `size` objects: p50 of the call, CPU of staging and committing."""
        name = f"bench-{size}"
        self.make_repository(name)
        start = time.perf_counter()
        self.stage_many(name, 0, size)
        staged = time.perf_counter()
        self.rest("POST", f"/repositories/{name}/branches/main/commits", {"message": "All of it"})
        committed = time.perf_counter()
        print(f"{size} objects: staged in {staged - start:.1f} s, committed in {committed - staged:.2f} s")
        self.installation.settle()
        before, times, count = self.installation.cpu(), [], self.options.commits
        for number in range(count):
            self.stage_one(name, size + number)
            start = time.perf_counter()
            self.rest("POST", f"/repositories/{name}/branches/main/commits", {"message": f"Change {number}"})
            times.append((time.perf_counter() - start) * 1e3)
        self.installation.settle()
        times.sort()
        self.add(f"stage and commit 1 on {size}", 1, count, before, self.installation.cpu(), rate=1e3 / statistics.mean(times),
                 p50=times[count // 2], p99=times[count * 99 // 100])

    def run(self):
        self.references()
        self.make_repository(REPOSITORY)
        print(f"\n{'':<34}{'c':>4}{'CPU µs':>10}{'/s':>11}{'p50 ms':>10}{'p99 ms':>10}   CPU µs by process")
        self.objects()
        for size in self.options.sizes:
            self.commits(size)
        memory = self.installation.memory()
        print(f"memory (PSS, MiB): {sum(memory.values()):.0f}   " +
              "  ".join(f"{process} {value:.0f}" for process, value in memory.items()))
        file = pathlib.Path(self.options.output) / f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.json"
        file.write_text(json.dumps({
            "machine": {"cores": os.cpu_count(), "kernel": platform.release()}, "runs": self.options.runs,
            "objects": self.options.objects, "fsync_ms": self.fsync_ms, "pgbench_insert_per_s": self.pgbench,
            "rows": self.rows, "memory_mib": memory}, indent=1))
        print(f"wrote {file}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", default=".")
    parser.add_argument("--runs", type=int, default=3, help="runs of each row; rates are medians")
    parser.add_argument("--objects", type=int, default=100_000, help="objects of the repository, half of them staged")
    parser.add_argument("--requests", type=int, default=40_000, help="requests of a run at c=32")
    parser.add_argument("--commits", type=int, default=200, help="commits of one change for each size")
    parser.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")], default=[10_000, 100_000, 1_000_000])
    Bench(parser.parse_args()).run()


main()
