"""Rows of the gateway: small objects, half of them committed and half staged."""

import threading

import calls
import replay
import signing
from measurement import KEY, S3, SECRET

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
    bench.row("S3 PUT 1 KiB", S3, lambda run: puts((runs + run) * per_run, per_run), 32, bar=200)
    # What the same disk and database need, one behind the other, and 1 ms.
    durable = bench.fsync_ms + 1e3 / bench.pgbench[1] + 1
    bench.row("S3 PUT 1 KiB", S3, lambda run: puts((2 * runs + run) * per_run, 500), 1, p50_bar=durable)

    def anything(count, make):
        return lambda run: [make(bench.random.choice(made)) for _ in range(count)]

    few, many = bench.options.requests // 8, bench.options.requests
    for method, bar in (("GET", 120), ("HEAD", 90)):
        for concurrency, count in ((1, few), (32, many)):
            bench.row(f"S3 {method} 1 KiB", S3, anything(count, lambda number, method=method: signer.request(
                method, f"/{REPOSITORY}/main/{calls.lake_path(number)}")), concurrency,
                bar=bar if concurrency == 32 else None, p50_bar=1 if (method, concurrency) == ("GET", 1) else None)
    for concurrency, count in ((1, few // 10), (32, many // 20)):
        bench.row("S3 list of 1,000 keys", S3, anything(count, lambda number: signer.request(
            "GET", f"/{REPOSITORY}", {"list-type": "2", "prefix": "main/", "max-keys": "1000",
                                      "start-after": f"main/{calls.lake_path(number)}"})), concurrency,
            bar=1_500 if concurrency == 32 else None)
    large = bench.random.randbytes(102_400)
    count = min(many // 8, 2_000)
    bench.row("S3 PUT 100 KiB", S3, lambda run: [signer.request(
        "PUT", f"/{REPOSITORY}/main/large/{number}", body=large) for number in range(run * count, (run + 1) * count)],
        32, bar=500)
    bench.row("S3 GET 100 KiB", S3, lambda run: [signer.request(
        "GET", f"/{REPOSITORY}/main/large/{bench.random.randrange(runs * count)}") for _ in range(2 * count)], 32, bar=180)
    resident(bench, [signer.request("GET", f"/{REPOSITORY}/main/{calls.lake_path(bench.random.choice(made))}")
                     for _ in range(max(1_024, many // 2))])


def resident(bench, requests):
    """The most memory that the gateway has resident while 256 connections are open and used."""
    most, is_over = [0.0], threading.Event()

    def watch():
        while not is_over.wait(0.05):
            most[0] = max(most[0], bench.installation.resident("gateway"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        replay.replay(S3, requests, 256)
    finally:
        is_over.set()
        watcher.join()
    bench.value("gateway resident at 256 connections", most[0], "MiB", bar=80)
