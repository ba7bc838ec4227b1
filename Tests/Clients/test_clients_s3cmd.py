"""s3cmd, configured by a file."""

import os
import random
import subprocess

import pytest
import requests

from conftest import REGION, S3_ENDPOINT


@pytest.fixture
def s3cmd(tmp_path):
    """A function that runs s3cmd and returns its output."""
    scheme, host = S3_ENDPOINT.split("://")
    (tmp_path / "s3cfg").write_text(f"""[default]
access_key = {os.environ["AWS_ACCESS_KEY_ID"]}
secret_key = {os.environ["AWS_SECRET_ACCESS_KEY"]}
host_base = {host}
host_bucket = {host}
bucket_location = {REGION}
use_https = {scheme == "https"}
""")

    def run(*arguments):
        done = subprocess.run(
            ["s3cmd", "-c", str(tmp_path / "s3cfg"), "--no-progress", *arguments], capture_output=True, text=True,
            timeout=120, env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")})
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def names(output):
    return [line.split(None, 3)[-1] for line in output.splitlines()]


def test_sync(s3cmd, repo, publish, tmp_path):
    """A tree goes to a branch, large files in parts, and comes back from the default one after a merge."""
    generator = random.Random(6)
    tree = tmp_path / "tree"
    for number in range(12):
        (tree / f"part={number % 3}").mkdir(parents=True, exist_ok=True)
        (tree / f"part={number % 3}" / f"file+{number} é").write_bytes(generator.randbytes(5_000))
    (tree / "large").write_bytes(generator.randbytes(11 << 20))
    s3cmd("sync", "--multipart-chunk-size-mb", "5", f"{tree}/", f"s3://{repo}/work/data/")
    publish()
    s3cmd("sync", f"s3://{repo}/main/data/", f"{tmp_path}/back/")
    for path in (path for path in tree.rglob("*") if path.is_file()):
        assert (tmp_path / "back" / path.relative_to(tree)).read_bytes() == path.read_bytes()
    (tree / "large").unlink()
    s3cmd("sync", "--delete-removed", f"{tree}/", f"s3://{repo}/work/data/")
    assert len(names(s3cmd("ls", "--recursive", f"s3://{repo}/work/data/"))) == 12


def test_programs(s3cmd, repo, work, tmp_path):
    """Objects are put, listed, described, copied, moved, linked to and deleted."""
    base = f"s3://{repo}/work"
    (tmp_path / "a b.txt").write_text("content")
    s3cmd("put", "--add-header", "x-amz-meta-k:v", "--mime-type", "text/x", str(tmp_path / "a b.txt"), f"{base}/a b.txt")
    described = s3cmd("info", f"{base}/a b.txt")
    assert "MIME type: text/x" in described and "x-amz-meta-k: v" in described
    s3cmd("cp", f"{base}/a b.txt", f"{base}/folder/copy")
    s3cmd("mv", f"{base}/a b.txt", f"{base}/folder/moved é")
    assert names(s3cmd("ls", f"{base}/folder/")) == [f"{base}/folder/copy", f"{base}/folder/moved é"]
    s3cmd("modify", "--add-header", "Cache-Control: no-store", f"{base}/folder/copy")
    url = s3cmd("signurl", f"{base}/folder/copy", "+60").strip()
    got = requests.get(url, timeout=30)
    assert (got.text, got.headers["Cache-Control"]) == ("content", "no-store")
    assert s3cmd("get", f"{base}/folder/moved é", "-") == "content"
    assert s3cmd("du", f"{base}/folder/").split()[0] == "14"
    s3cmd("del", "--recursive", "--force", f"{base}/folder/")
    assert s3cmd("ls", "--recursive", base + "/") == ""
    assert [line.split()[-1] for line in s3cmd("ls", f"s3://{repo}").splitlines()] == [
        f"s3://{repo}/main/", f"s3://{repo}/work/"]
    assert f"s3://{repo}" in s3cmd("ls")
