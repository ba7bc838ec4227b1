"""Objects in an S3 store (SeaweedFS): what a request through Tarn takes, beside the same request to the store itself."""

import os
import pathlib
import statistics
import sys
import tempfile
from urllib.parse import urlsplit

import replay
import requests
import signing

sys.path.append(str(pathlib.Path(__file__).parents[1] / "deploy/seaweedfs"))
import local_server  # noqa: E402 - from that folder

REPOSITORY = "stored"
ROUNDS = 5
# MiB, and how many of them a round moves.
SIZES = {1: 40, 8: 10, 64: 3}


def measure(bench):
    print(f"\nSeaweedFS behind, c=1, p50 in ms, medians of {ROUNDS} rounds in turns")
    durable = 1e3 / bench.pgbench[1]
    with tempfile.TemporaryDirectory(prefix="tarn-s3-", dir="/tmp") as folder:
        os.chmod(folder, 0o711)
        with local_server.SeaweedServer(folder) as server:
            with local_server.TarnOnS3(folder, server, os.environ) as tarn:
                direct = signing.Signer(local_server.KEY, local_server.SECRET, local_server.REGION, server.host)
                variables = tarn.variables
                host = urlsplit(variables["TARN_S3_ENDPOINT"]).netloc
                through = signing.Signer(
                    variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], "us-east-1", host)
                made = requests.post(
                    f"{variables['TARN_ENDPOINT']}/api/v1/repositories", timeout=60,
                    auth=(variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"]),
                    json={"name": REPOSITORY, "storage_namespace": f"s3://{local_server.BUCKET}/{REPOSITORY}"})
                made.raise_for_status()
                for mebibytes, count in SIZES.items():
                    compare(bench, mebibytes, count, durable, {
                        "direct": (server.host, direct, f"/{local_server.BUCKET}/direct"),
                        "through": (host, through, f"/{REPOSITORY}/main")})


def compare(bench, mebibytes, count, durable, sides):
    body = bench.random.randbytes(mebibytes << 20)
    times = {(method, side): [] for method in ("PUT", "GET") for side in sides}
    for turn in range(ROUNDS):
        for method in ("PUT", "GET"):
            for side, (host, signer, folder) in sides.items():
                found = replay.replay(host, [
                    signer.request(method, f"{folder}/{mebibytes}/{turn}/{number}", body=body if method == "PUT" else b"")
                    for number in range(count)], 1)
                times[method, side].append(found.p50_ms)
    took = {key: statistics.median(found) for key, found in times.items()}
    for method, extra, least in (("PUT", durable, 8), ("GET", 0, 1)):
        floor = took[method, "direct"]
        bench.value(f"S3 {method} {mebibytes} MiB, SeaweedFS", took[method, "through"], "ms",
                    1.2 * floor + extra if mebibytes >= least else None, f"direct {floor:.2f}")
