"""A SeaweedFS server of its own on free ports, with a bucket `tarn`: the S3 store of tests and of the bench."""

import json
import os
import pathlib
import subprocess
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY, SECRET, REGION, BUCKET = "TESTKEY", "testsecret", "us-east-1", "tarn"
WEED = os.environ.get("TARN_TEST_WEED", str(pathlib.Path(sys.executable).with_name("weed")))


def is_installed():
    return os.access(WEED, os.X_OK)


def free_base():
    """The first of a range of ports that nothing listens on."""
    return int(subprocess.run(
        [sys.executable, ROOT / "deploy/test/free_ports.py"], check=True, capture_output=True, text=True).stdout)


class SeaweedServer:
    """Runs while it is entered; its files are in `folder`, whose path must be short, as its sockets' are in it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = free_base() + 20
        self.host = f"127.0.0.1:{self.port}"

    def __enter__(self):
        folder, port = self.folder, self.port
        (folder / "weed").mkdir()
        (folder / "s3.json").write_text(json.dumps({"identities": [{
            "name": "admin", "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}))
        with open(folder / "weed.log", "w") as log:
            self.process = subprocess.Popen([
                WEED, "server", f"-dir={folder}/weed", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
                f"-master.port={port + 1}", f"-master.port.grpc={port + 2}", "-master.telemetry=false",
                "-master.volumeSizeLimitMB=64", "-volume.max=200", f"-volume.port={port + 3}",
                f"-volume.port.grpc={port + 4}", "-filer", f"-filer.port={port + 5}", f"-filer.port.grpc={port + 6}",
                f"-filer.localSocket={folder}/filer.sock", "-s3", f"-s3.port={port}", f"-s3.port.grpc={port + 7}",
                "-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.localSocket={folder}/s3.sock",
                f"-s3.config={folder}/s3.json"], stdout=log, stderr=log)
        try:
            self._make_bucket()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def _make_bucket(self):
        client = boto3.client(
            "s3", endpoint_url=f"http://{self.host}", region_name=REGION, aws_access_key_id=KEY,
            aws_secret_access_key=SECRET, config=Config(retries={"max_attempts": 0}, connect_timeout=2, read_timeout=5))
        end = time.monotonic() + 90
        while True:
            try:
                return client.create_bucket(Bucket=BUCKET)
            except (BotoCoreError, ClientError):
                log = (self.folder / "weed.log").read_text()
                assert self.process.poll() is None and time.monotonic() < end, log[-2_000:]
                time.sleep(0.5)


class TarnOnS3:
    """A Tarn of its own, by the local runner, with such a server as its store. `variables` is its clients' environment."""

    def __init__(self, folder, server, environment):
        kept = {name: value for name, value in environment.items() if not name.startswith(("TARN_", "PYTEST_", "AWS_"))}
        self.home = pathlib.Path(folder) / "tarn"
        self.variables = kept | {
            "TARN_BIN": environment["TARN_BIN"], "TARN_HOME": str(self.home), "TARN_PORT_BASE": str(free_base()),
            "TARN_STORE": "s3", "TARN_STORE_S3_ENDPOINT": f"http://{server.host}", "TARN_STORE_S3_ACCESS_KEY": KEY,
            "TARN_STORE_S3_SECRET_KEY": SECRET, "TARN_DEFAULT_NAMESPACE": f"s3://{BUCKET}"}

    def __enter__(self):
        try:
            subprocess.run(
                [ROOT / "deploy/local/run.sh"], check=True, capture_output=True, env=self.variables, timeout=300)
            lines = (self.home / "credentials").read_text().splitlines()
            self.variables |= dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run([ROOT / "deploy/local/stop.sh"], capture_output=True, env=self.variables)
        subprocess.run(
            [ROOT / "deploy/local/clean.sh"], capture_output=True, env=self.variables | {"FORCE": "1"})
