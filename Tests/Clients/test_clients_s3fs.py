"""s3fs, with and without pandas. It wants an older botocore than boto3 is of, so it has a folder and processes of its own."""

import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent


def apart(function, *arguments):
    """Runs a function of this file where s3fs is; the process fails where the function does."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys, test_clients_s3fs as t; getattr(t, sys.argv[1])(*sys.argv[2:])",
         function.__name__, *arguments],
        env={**os.environ, "PYTHONPATH": f"{sys.prefix}/s3fs:{HERE}"}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def options():
    return {"key": os.environ["AWS_ACCESS_KEY_ID"], "secret": os.environ["AWS_SECRET_ACCESS_KEY"],
            "endpoint_url": os.environ["TARN_S3_ENDPOINT"]}


def files():
    import s3fs

    return s3fs.S3FileSystem(**options(), skip_instance_cache=True, use_listings_cache=False)


def test_partitioned_dataset(repo, publish):
    """pandas writes a partitioned data set on a branch and reads it on the default one after a merge."""
    apart(write_dataset, repo)
    publish()
    apart(read_dataset, repo)


def write_dataset(repo):
    import pandas as pd

    frame = pd.DataFrame({"day": [f"2026-11-0{row % 3 + 1}" for row in range(300)], "id": range(300)})
    frame.to_parquet(f"s3://{repo}/work/events", partition_cols=["day"], storage_options=options())
    frame.to_csv(f"s3://{repo}/work/a.csv.gz", index=False, storage_options=options())


def read_dataset(repo):
    import pandas as pd

    frame = pd.read_parquet(f"s3://{repo}/main/events", storage_options=options())
    assert sorted(frame["id"]) == list(range(300))
    filtered = pd.read_parquet(
        f"s3://{repo}/main/events", filters=[("day", "==", "2026-11-02")], storage_options=options())
    assert len(filtered) == 100
    assert len(pd.read_csv(f"s3://{repo}/main/a.csv.gz", storage_options=options())) == 300


@pytest.mark.usefixtures("work")
def test_large_file(repo):
    """A file of many parts is written as it comes, read by ranges, copied by parts and grown by a part."""
    apart(use_large_file, repo)


def use_large_file(repo):
    fs = files()
    body = bytes(range(256)) * (90 << 10)
    with fs.open(f"{repo}/work/large", "wb", block_size=5 << 20) as file:
        for at in range(0, len(body), 1_000_000):
            file.write(body[at:at + 1_000_000])
    with fs.open(f"{repo}/work/large", "rb", block_size=1 << 20) as file:
        file.seek(12_345_678)
        assert file.read(1_000) == body[12_345_678:12_346_678]
    with fs.open(f"{repo}/work/large", "ab", block_size=5 << 20) as file:
        file.write(b"end")
    fs.copy(f"{repo}/work/large", f"{repo}/work/copy")
    assert fs.cat(f"{repo}/work/copy") == body + b"end"
    import requests

    assert requests.get(fs.sign(f"{repo}/work/copy", expiration=60), timeout=30).content == body + b"end"
