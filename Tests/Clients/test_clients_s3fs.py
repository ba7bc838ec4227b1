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
def test_file_system(repo):
    """Files are found by globs, appended to, moved and deleted with what is below them; branches are folders."""
    apart(use_file_system, repo)


def use_file_system(repo):
    fs = files()
    base = f"{repo}/work"
    for name in ("a/1.txt", "a/b/2.txt", "a/b/3.bin", "c d+é"):
        fs.pipe(f"{base}/{name}", name.encode())
    assert fs.ls(repo, detail=False) == [f"{repo}/main", base]
    assert fs.glob(f"{base}/**/*.txt") == [f"{base}/a/1.txt", f"{base}/a/b/2.txt"]
    assert fs.find(f"{base}/a/b") == [f"{base}/a/b/2.txt", f"{base}/a/b/3.bin"]
    assert [folder for folder, _, _ in fs.walk(base)] == [base, f"{base}/a", f"{base}/a/b"]
    assert (fs.isdir(f"{base}/a"), fs.isfile(f"{base}/a"), fs.exists(f"{base}/none")) == (True, False, False)
    with fs.open(f"{base}/a/1.txt", "ab") as file:
        file.write(b" and more")
    assert fs.cat(f"{base}/a/1.txt") == b"a/1.txt and more"
    fs.copy(f"{base}/a/b", f"{base}/moved", recursive=True)
    fs.rm(f"{base}/a/b", recursive=True)
    fs.mv(f"{base}/moved/2.txt", f"{base}/moved/é")
    assert fs.find(base) == [f"{base}/a/1.txt", f"{base}/c d+é", f"{base}/moved/3.bin", f"{base}/moved/é"]
    fs.makedirs(f"{base}/made/deep", exist_ok=True)
    fs.touch(f"{base}/empty")
    assert fs.size(f"{base}/empty") == 0
    fs.rm(base + "/moved", recursive=True)
    assert fs.find(base) == [f"{base}/a/1.txt", f"{base}/c d+é", f"{base}/empty"]
    with pytest.raises(FileNotFoundError):
        fs.cat(f"{base}/none")


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


@pytest.mark.usefixtures("work")
def test_exclusive(repo):
    """A file that is opened to be made is not replaced where it is there."""
    apart(use_exclusive, repo)


def use_exclusive(repo):
    fs = files()
    fs.pipe(f"{repo}/work/a", b"1", mode="create")
    with pytest.raises(FileExistsError):
        fs.pipe(f"{repo}/work/a", b"2", mode="create")
    assert fs.cat(f"{repo}/work/a") == b"1"
