"""Rows of the REST API: single calls and lists over objects, half of them committed and half staged, uploads and branches."""

import json

import calls
import signing
from measurement import API, KEY, SECRET

REPOSITORY = "bench-rest"


def measure(bench):
    bench.make_repository(REPOSITORY)
    bench.title(f"REST, {bench.options.objects} objects")
    half = bench.options.objects // 2
    bench.stage_many(REPOSITORY, range(half))
    bench.rest("POST", f"/repositories/{REPOSITORY}/branches/main/commits", {"message": "Half of the objects"})
    bench.stage_many(REPOSITORY, range(half, 2 * half))

    base = f"/api/v1/repositories/{REPOSITORY}"
    runs, few, many = bench.options.runs, bench.options.requests // 8, bench.options.requests

    def asks(count, target):
        """Requests for objects picked at random, by what follows the repository."""
        return lambda run: [
            signing.basic(KEY, SECRET, API, "GET", base + target(path(bench.random.randrange(2 * half)))) for _ in range(count)]

    for concurrency, count in ((1, few), (32, many)):
        bench.row("REST stat", API, asks(count, lambda path: f"/refs/main/objects/stat?path={path}"), concurrency,
                  bar=130 if concurrency == 32 else None)
        bench.row("REST get branch", API, asks(count, lambda path: "/branches/main"), concurrency,
                  bar=90 if concurrency == 32 else None)
    bench.row("REST list of 1,000", API, asks(many // 20, lambda path: f"/refs/main/objects/ls?amount=1000&after={path}"), 32,
              bar=2_000)
    body, count = bench.random.randbytes(1024), min(many // 8, 2_000)
    bench.row("REST upload 1 KiB", API, lambda run: [signing.basic(
        KEY, SECRET, API, "POST", f"{base}/branches/main/objects?path=upload/{number}", body, "application/octet-stream")
        for number in range(run * count, (run + 1) * count)], 32, bar=250)
    for concurrency, count in ((1, 300), (16, 3_000), (32, 3_000)):
        bench.row("REST create branch", API, lambda run: [signing.basic(
            KEY, SECRET, API, "POST", f"{base}/branches",
            json.dumps({"name": f"b-{concurrency}-{run}-{number}", "source": "main"}).encode())
            for number in range(count)], concurrency, bar=None if concurrency == 1 else 300)


def path(number):
    """An object's path as a query has it."""
    return calls.lake_path(number).replace("=", "%3D")
