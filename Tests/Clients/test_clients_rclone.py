"""rclone, configured by its environment."""

import os
import random
import subprocess

import pytest
import requests

from conftest import REGION, S3_ENDPOINT


def rclone(*arguments, **settings):
    """Runs rclone with a remote `tarn:`, maybe of other settings, and returns its output."""
    remote = {
        "TYPE": "s3", "PROVIDER": "Other", "ENDPOINT": S3_ENDPOINT, "REGION": REGION, "FORCE_PATH_STYLE": "true",
        "ACCESS_KEY_ID": os.environ["AWS_ACCESS_KEY_ID"], "SECRET_ACCESS_KEY": os.environ["AWS_SECRET_ACCESS_KEY"], **settings}
    done = subprocess.run(
        ["rclone", "--config", os.devnull, "--retries", "1", *arguments], capture_output=True, text=True, timeout=120,
        env={**os.environ, **{f"RCLONE_CONFIG_TARN_{name}": value for name, value in remote.items()}})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def tree(tmp_path):
    """Files of many sizes and odd names; one is sent in parts."""
    generator = random.Random(5)
    for number in range(30):
        folder = tmp_path / "tree" / f"part={number % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"file+{number} é%").write_bytes(generator.randbytes(generator.randrange(20_000)))
    (tmp_path / "tree" / "large").write_bytes(generator.randbytes(12 << 20))
    return tmp_path / "tree"


def listed(path):
    return rclone("lsf", "-R", "--files-only", path).splitlines()


def test_sync(repo, tree, publish, tmp_path):
    """A tree that is synchronised into a branch comes back as it was from the default one after a merge."""
    rclone("sync", "--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M", str(tree), f"tarn:{repo}/work/data")
    rclone("check", "--download", str(tree), f"tarn:{repo}/work/data")
    publish()
    rclone("copy", f"tarn:{repo}/main/data", str(tmp_path / "back"))
    rclone("check", str(tree), str(tmp_path / "back"))


def test_sync_deletes(repo, work, tree):
    """Synchronising again sends what changed and deletes what is gone; dates of files are kept."""
    rclone("sync", str(tree), f"tarn:{repo}/work/data")
    (tree / "large").unlink()
    (tree / "part=0" / "new").write_text("new")
    rclone("sync", str(tree), f"tarn:{repo}/work/data")
    assert len(listed(f"tarn:{repo}/work/data")) == 31
    assert rclone("cat", f"tarn:{repo}/work/data/part=0/new") == "new"
    changed = (tree / "part=0" / "new").stat().st_mtime
    os.utime(tree / "part=0" / "new", (changed - 1_000, changed - 1_000))
    rclone("sync", str(tree), f"tarn:{repo}/work/data")
    rclone("check", str(tree), f"tarn:{repo}/work/data")
    assert rclone("lsf", "--format", "t", f"tarn:{repo}/work/data/part=0/new") == rclone(
        "lsf", "--format", "t", str(tree / "part=0" / "new"))


def test_move_and_purge(repo, work):
    """Objects are moved within the server, found by patterns, and purged; links are presigned."""
    work = f"tarn:{repo}/work"
    for name in ("a/1.txt", "a/2.bin", "b/3.txt"):
        rclone("touch", f"{work}/{name}")
    rclone("moveto", f"{work}/a/1.txt", f"{work}/c/moved.txt")
    assert rclone("lsf", "-R", "--files-only", "--include", "*.txt", work).splitlines() == ["b/3.txt", "c/moved.txt"]
    rclone("purge", f"{work}/a")
    rclone("delete", f"{work}/b")
    assert listed(work) == ["c/moved.txt"]
    assert rclone("lsf", "--dirs-only", f"tarn:{repo}").splitlines() == ["main/", "work/"]
    assert f"{repo}/" in rclone("lsf", "tarn:").splitlines()
    assert requests.get(rclone("link", "--expire", "1m", f"{work}/c/moved.txt").strip(), timeout=30).content == b""


def test_signature_version_two(repo, work, tree):
    """With the old signatures all goes as with the new ones, links too."""
    def old(*arguments):
        return rclone(*arguments, V2_AUTH="true")

    old("sync", "--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M", str(tree), f"tarn:{repo}/work/data")
    old("check", "--download", str(tree), f"tarn:{repo}/work/data")
    old("moveto", f"tarn:{repo}/work/data/large", f"tarn:{repo}/work/b é+%")
    link = old("link", "--expire", "1m", f"tarn:{repo}/work/b é+%").strip()
    # Releases up to 1.60 gave out links without any signature: nobody can read by those, here or elsewhere.
    assert "Signature=" in link
    assert requests.get(link, timeout=30).content == (tree / "large").read_bytes()
    old("purge", f"tarn:{repo}/work/data")
    assert listed(f"tarn:{repo}/work") == ["b é+%"]
