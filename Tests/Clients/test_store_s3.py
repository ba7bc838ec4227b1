"""The tests of objects and of presigned URLs again, on a Tarn of their own over an S3 store (SeaweedFS)."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest
from installation import ROOT, environment

sys.path.append(str(ROOT / "deploy/seaweedfs"))
import local_server  # noqa: E402 - from that folder

TESTS = ["test_api_presigned.py", "test_api_objects.py"]


@pytest.fixture
def folder():
    # Names of sockets are short.
    path = pathlib.Path(tempfile.mkdtemp(prefix="tarn-s3-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def tarn(folder):
    """The environment of clients of a Tarn on such a store."""
    if not local_server.is_installed():
        assert os.environ.get("TARN_TEST_REQUIRE_S3") != "1", "no weed"
        pytest.skip("SeaweedFS is not installed")
    with local_server.SeaweedServer(folder) as server:
        with local_server.TarnOnS3(folder, server, environment()) as installation:
            yield installation.variables


def test_objects_and_presigned_urls_on_s3(tarn):
    here = pathlib.Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no"] + [here / name for name in TESTS],
        env=tarn, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-10_000:]
    assert " passed" in done.stdout
