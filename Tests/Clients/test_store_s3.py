"""The tests of objects and of presigned URLs again, on a Tarn of their own over an S3 store (SeaweedFS)."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from installation import ROOT, environment

WEED = os.environ.get("TARN_TEST_WEED", str(pathlib.Path(sys.executable).with_name("weed")))
KEY, SECRET = "TESTKEY", "testsecret"
TESTS = ["test_api_presigned.py", "test_api_objects.py"]


def free_base():
    return int(subprocess.run(
        [sys.executable, ROOT / "deploy/test/free_ports.py"], check=True, capture_output=True, text=True).stdout)


@pytest.fixture
def folder():
    # Names of sockets are short.
    path = pathlib.Path(tempfile.mkdtemp(prefix="tarn-s3-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def weed(folder):
    """The port of a SeaweedFS with a bucket `tarn`."""
    if not os.access(WEED, os.X_OK):
        assert os.environ.get("TARN_TEST_REQUIRE_S3") != "1", "no weed"
        pytest.skip("SeaweedFS is not installed")
    base = free_base() + 20
    (folder / "weed").mkdir()
    (folder / "s3.json").write_text(json.dumps({"identities": [{
        "name": "admin", "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}))
    with open(folder / "weed.log", "w") as log:
        process = subprocess.Popen([
            WEED, "server", f"-dir={folder}/weed", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            f"-master.port={base + 1}", f"-master.port.grpc={base + 2}", "-master.telemetry=false",
            "-master.volumeSizeLimitMB=64", "-volume.max=200", f"-volume.port={base + 3}",
            f"-volume.port.grpc={base + 4}", "-filer", f"-filer.port={base + 5}", f"-filer.port.grpc={base + 6}",
            f"-filer.localSocket={folder}/filer.sock", "-s3", f"-s3.port={base}", f"-s3.port.grpc={base + 7}",
            "-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.localSocket={folder}/s3.sock",
            f"-s3.config={folder}/s3.json"], stdout=log, stderr=log)
    try:
        client = boto3.client(
            "s3", endpoint_url=f"http://127.0.0.1:{base}", region_name="us-east-1", aws_access_key_id=KEY,
            aws_secret_access_key=SECRET, config=Config(retries={"max_attempts": 0}, connect_timeout=2, read_timeout=5))
        end = time.monotonic() + 90
        while True:
            try:
                client.create_bucket(Bucket="tarn")
                break
            except (BotoCoreError, ClientError):
                assert process.poll() is None and time.monotonic() < end, (folder / "weed.log").read_text()[-2_000:]
                time.sleep(0.5)
        yield base
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def tarn(folder, weed):
    """The environment of clients of a Tarn on that store."""
    variables = {
        name: value for name, value in environment().items() if not name.startswith(("TARN_", "PYTEST_"))
    } | {
        "TARN_BIN": environment()["TARN_BIN"], "TARN_HOME": f"{folder}/tarn", "TARN_PORT_BASE": str(free_base()),
        "TARN_STORE": "s3", "TARN_STORE_S3_ENDPOINT": f"http://127.0.0.1:{weed}", "TARN_STORE_S3_ACCESS_KEY": KEY,
        "TARN_STORE_S3_SECRET_KEY": SECRET, "TARN_DEFAULT_NAMESPACE": "s3://tarn"}
    try:
        subprocess.run([ROOT / "deploy/local/run.sh"], check=True, capture_output=True, env=variables, timeout=300)
        lines = (folder / "tarn/credentials").read_text().splitlines()
        yield variables | dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    finally:
        subprocess.run([ROOT / "deploy/local/stop.sh"], capture_output=True, env=variables)
        subprocess.run(
            [ROOT / "deploy/local/clean.sh"], capture_output=True, env=variables | {"FORCE": "1"})


def test_objects_and_presigned_urls_on_s3(tarn):
    here = pathlib.Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no"] + [here / name for name in TESTS],
        env=tarn, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-10_000:]
    assert " passed" in done.stdout
