"""Measures CPU per request over all of Tarn's processes and Postgres, rates, latency and memory; a table, and JSON."""

import argparse
import json
import os
import pathlib
import platform
import time

import access
import objects
import rest
import s3store
import scale
import streams
import versions
from measurement import Measurement

GROUPS = {
    "access": access.measure, "objects": objects.measure, "rest": rest.measure, "s3store": s3store.measure, "scale": scale.measure,
    "streams": streams.measure, "versions": versions.measure}


def numbers(text):
    return [int(part) for part in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", default=".")
    parser.add_argument("--only", choices=GROUPS, help="one group of rows; all of them where left out")
    parser.add_argument("--runs", type=int, default=3, help="runs of each row; rates are medians")
    parser.add_argument("--objects", type=int, default=100_000, help="objects of the repository, half of them staged")
    parser.add_argument("--requests", type=int, default=40_000, help="requests of a run at c=32")
    parser.add_argument("--commits", type=int, default=200, help="commits of one change for each size")
    parser.add_argument("--sizes", type=numbers, default=[100_000, 1_000_000], help="objects of the repositories of versions")
    parser.add_argument("--history", type=int, default=100_000, help="commits of the long history")
    options = parser.parse_args()

    bench = Measurement(options)
    bench.references()
    for name in [options.only] if options.only else GROUPS:
        GROUPS[name](bench)
    memory = bench.installation.memory()
    print(f"\nmemory (PSS, MiB): {sum(memory.values()):.0f}   " +
          "  ".join(f"{process} {value:.0f}" for process, value in memory.items()))
    file = pathlib.Path(options.output) / f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.json"
    file.write_text(json.dumps({
        "machine": {"cores": os.cpu_count(), "kernel": platform.release()}, "options": vars(options),
        "fsync_ms": bench.fsync_ms, "pgbench_insert_per_s": bench.pgbench, "rows": bench.rows, "memory_mib": memory},
        indent=1))
    print(f"wrote {file}")


main()
