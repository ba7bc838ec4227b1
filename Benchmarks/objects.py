"""Rows of the gateway and the API: small objects, half of them committed and half staged."""

import json

import calls
import signing
from measurement import API, KEY, S3, SECRET

REPOSITORY = "bench"


def measure(bench):
    bench.make_repository(REPOSITORY)
    bench.title(f"{bench.options.objects} objects of 1 KiB")
    half = bench.options.objects // 2
    signer = signing.Signer(KEY, SECRET, "us-east-1", S3)
    body = bench.random.randbytes(1024)
    made = []

    def puts(first, count):
        made.extend(range(first, first + count))
        return [signer.request("PUT", f"/{REPOSITORY}/main/{calls.lake_path(number)}", body=body)
                for number in range(first, first + count)]

    runs = bench.options.runs
    per_run = half // runs
    bench.row("S3 PUT 1 KiB, onto nothing staged", S3, lambda run: puts(run * per_run, per_run), 32)
    bench.rest("POST", f"/repositories/{REPOSITORY}/branches/main/commits", {"message": "Half of the objects"})
    bench.row("S3 PUT 1 KiB", S3, lambda run: puts((runs + run) * per_run, per_run), 32)
    bench.row("S3 PUT 1 KiB", S3, lambda run: puts((2 * runs + run) * per_run, 500), 1)

    def anything(count, make):
        return lambda run: [make(bench.random.choice(made)) for _ in range(count)]

    few, many = bench.options.requests // 8, bench.options.requests
    for method in ("GET", "HEAD"):
        for concurrency, count in ((1, few), (32, many)):
            bench.row(f"S3 {method} 1 KiB", S3, anything(count, lambda number, method=method: signer.request(
                method, f"/{REPOSITORY}/main/{calls.lake_path(number)}")), concurrency)
    for concurrency, count in ((1, few // 10), (32, many // 20)):
        bench.row("S3 list of 1,000 keys", S3, anything(count, lambda number: signer.request(
            "GET", f"/{REPOSITORY}", {"list-type": "2", "prefix": "main/", "max-keys": "1000",
                                      "start-after": f"main/{calls.lake_path(number)}"})), concurrency)
    base = f"/api/v1/repositories/{REPOSITORY}"
    for concurrency, count in ((1, few), (32, many)):
        bench.row("REST stat", API, anything(count, lambda number: signing.basic(
            KEY, SECRET, API, "GET",
            f"{base}/refs/main/objects/stat?path=" + calls.lake_path(number).replace("=", "%3D"))), concurrency)
        bench.row("REST get branch", API, anything(count, lambda number: signing.basic(
            KEY, SECRET, API, "GET", f"{base}/branches/main")), concurrency)
    for concurrency, count in ((1, 300), (16, 3_000), (32, 3_000)):
        bench.row("REST create branch", API, lambda run: [signing.basic(
            KEY, SECRET, API, "POST", f"{base}/branches",
            json.dumps({"name": f"b-{concurrency}-{run}-{number}", "source": "main"}).encode())
            for number in range(count)], concurrency)
