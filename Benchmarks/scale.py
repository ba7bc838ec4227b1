"""One, two and three gateways behind haproxy, 16 connections to each: what a request takes must stay."""

import os
import pathlib
import socket
import subprocess
import time

import calls
import replay
import signing
from measurement import KEY, S3, SECRET

REPOSITORY = "scale"
OBJECTS = 10_000
CONNECTIONS = 16


def measure(bench):
    bench.make_repository(REPOSITORY)
    bench.title(f"gateways behind haproxy, {OBJECTS} objects of 1 KiB")
    signer = signing.Signer(KEY, SECRET, "us-east-1", S3)
    body = bench.random.randbytes(1024)

    def request(method, number, body=b""):
        return signer.request(method, f"/{REPOSITORY}/main/{calls.lake_path(number)}", body=body)

    replay.replay(S3, [request("PUT", number, body) for number in range(OBJECTS)], CONNECTIONS)
    bench.rest("POST", f"/repositories/{REPOSITORY}/branches/main/commits", {"message": "All of them"})
    count = max(1_000, bench.options.requests // 4)
    with Fleet(bench) as fleet:
        one = {}
        for gateways in (1, 2, 3):
            fleet.grow(gateways)
            with Balancer(fleet.hosts, pathlib.Path(bench.scratch.name)) as balancer:
                for method in ("GET", "PUT"):
                    first = OBJECTS * (gateways + 1)
                    bench.row(
                        f"S3 {method} 1 KiB, {gateways} gateways", balancer.host, lambda run: [
                            request("PUT", first + run * count + number, body) if method == "PUT"
                            else request("GET", bench.random.randrange(OBJECTS)) for number in range(count)],
                        CONNECTIONS * gateways, bar=round(1.2 * one[method]) if gateways > 1 else None)
                    one.setdefault(method, bench.rows[-1]["cpu_us"])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(host):
    name, port = host.split(":")
    for _ in range(200):
        try:
            return socket.create_connection((name, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"bench failed: nothing listens on {host}")


class Fleet:
    """Further gateways beside the installation's own, with its environment but for where they listen."""

    def __init__(self, bench):
        self.run, self.hosts, self.processes = bench.installation.home / "run", [S3], []
        pid = bench.installation.services()["gateway"]
        pairs = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        self.environment = dict(pair.split(b"=", 1) for pair in pairs if b"=" in pair)
        self.program = os.readlink(f"/proc/{pid}/exe")

    def grow(self, count):
        while len(self.hosts) < count:
            host = f"127.0.0.1:{free_port()}"
            listen = {b"TARN_LISTEN": host.encode(), b"TARN_RPC_LISTEN": f"127.0.0.1:{free_port()}".encode()}
            process = subprocess.Popen(
                [self.program], env={**self.environment, **listen}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.processes.append(process)
            wait_for(host)
            self.hosts.append(host)
            # So that its time and memory are counted.
            (self.run / f"gateway-{len(self.hosts)}.pid").write_text(str(process.pid))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for number, process in enumerate(self.processes, 2):
            (self.run / f"gateway-{number}.pid").unlink()
            process.terminate()
            process.wait()


class Balancer:
    """A haproxy that gives each connection to the next gateway."""

    def __init__(self, hosts, folder):
        self.host = f"127.0.0.1:{free_port()}"
        self.configuration = folder / "haproxy.cfg"
        servers = "".join(f"  server gateway{number} {host}\n" for number, host in enumerate(hosts))
        self.configuration.write_text(
            "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n"
            f"listen s3\n  bind {self.host}\n  balance roundrobin\n{servers}")

    def __enter__(self):
        self.process = subprocess.Popen(
            ["haproxy", "-f", self.configuration, "-q", "-db"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.host)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
