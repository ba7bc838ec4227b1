"""The load balancer as it is deployed, in front of the running gateway and api."""

import contextlib
import os
import re
import socket
import subprocess
import time
from urllib.parse import urlsplit

import installation
import pytest
import requests


@pytest.fixture(scope="module")
def balancer(tmp_path_factory):
    """haproxy with our own configuration in front of the running gateway and api, which then take PROXY v2 from it only."""
    folder = tmp_path_factory.mktemp("haproxy")
    s3, api = (urlsplit(os.environ[name]).port for name in ("TARN_S3_ENDPOINT", "TARN_ENDPOINT"))
    text = (installation.ROOT / "deploy/haproxy/haproxy.cfg").read_text()
    text = re.sub(r"server-template (\w+) 20 \S+ resolvers docker init-addr none check port \d+",
                  lambda match: f"server {match[1]} 127.0.0.1:{s3 if match[1] == 'gateway' else api} "
                                f"check port {api + (101 if match[1] == 'gateway' else 102)}", text)
    text = re.sub(r"(?ms)^resolvers docker$.*?^$", "", text)
    ports = {}
    for port in ("8000", "8001", "8002", "8404"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            ports[port] = probe.getsockname()[1]
        text = text.replace(f"bind :{port}", f"bind 127.0.0.1:{ports[port]}")
    (folder / "haproxy.cfg").write_text(text)
    installation.restart("gateway", "api", TARN_PROXY_FROM="127.0.0.1/32")
    process = subprocess.Popen(["haproxy", "-db", "-f", folder / "haproxy.cfg"], stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 20
        while True:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"http://127.0.0.1:{ports['8000']}/api/v1/healthcheck", timeout=5).status_code == 204:
                    break
            assert time.monotonic() < end, "no answer through the balancer"
            time.sleep(0.2)
        yield {"api": ports["8000"], "s3": ports["8001"], "common": ports["8002"]}
    finally:
        process.terminate()
        process.wait()
        installation.restart("gateway", "api")
