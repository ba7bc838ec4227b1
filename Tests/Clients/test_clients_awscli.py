"""awscli's high-level commands."""

import os
import random
import subprocess

import pytest
import requests

from conftest import REGION, S3_ENDPOINT


def aws(*arguments):
    done = subprocess.run(
        ["aws", "--endpoint-url", S3_ENDPOINT, *arguments], capture_output=True, text=True, timeout=120,
        env={**os.environ, "AWS_DEFAULT_REGION": REGION})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def contents(root):
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def test_a_tree_goes_from_branch_to_main(repo, publish, tmp_path):
    """Synchronised with deletions, moved, presigned, merged, and read back; large files go in parts."""
    generator = random.Random(7)
    tree = tmp_path / "tree"
    for name, size in {"a.csv": 10, "year=2026/part-0": 70_000, "year=2026/ä +%.txt": 0, "big": 17 << 20}.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(generator.randbytes(size))
    root = f"s3://{repo}/work/"
    aws("s3", "sync", str(tree), root + "tree", "--only-show-errors")
    (tree / "a.csv").unlink()
    aws("s3", "sync", str(tree), root + "tree", "--delete", "--only-show-errors")
    aws("s3", "mv", root + "tree/big", root + "moved", "--only-show-errors")
    big = (tree / "big").read_bytes()
    assert requests.get(aws("s3", "presign", root + "moved").strip(), timeout=60).content == big
    publish()
    aws("s3", "cp", "--recursive", f"s3://{repo}/main/", str(tmp_path / "back"), "--only-show-errors")
    expected = {f"tree/{name}": data for name, data in contents(tree).items() if name != "big"}
    assert contents(tmp_path / "back") == {**expected, "moved": big}
    aws("s3", "rm", "--recursive", root, "--only-show-errors")
    with pytest.raises(AssertionError):
        aws("s3", "ls", root)
