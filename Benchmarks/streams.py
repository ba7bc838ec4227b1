"""Single streams of 256 MiB, beside what nginx, dd and md5sum do with the same bytes in the same minute."""

import hashlib
import os
import pathlib
import socket
import statistics
import subprocess
import time

import signing
from measurement import KEY, S3, SECRET

REPOSITORY = "streams"
BYTES = 256 << 20
ROUNDS = 5


def measure(bench):
    bench.make_repository(REPOSITORY)
    folder = pathlib.Path(bench.scratch.name)
    folder.chmod(0o755)
    file = folder / "stream"
    digest = hashlib.sha256()
    with open(file, "wb") as output:
        for _ in range(BYTES >> 20):
            piece = bench.random.randbytes(1 << 20)
            digest.update(piece)
            output.write(piece)
        output.flush()
        os.fsync(output.fileno())
    print(f"\nsingle streams of {BYTES >> 20} MiB, medians of {ROUNDS} rounds in turns, GB/s")
    signer = signing.Signer(KEY, SECRET, "us-east-1", S3)

    def put(name, payload):
        return curl(f"http://{S3}/{REPOSITORY}/main/{name}", signer.headers("PUT", f"/{REPOSITORY}/main/{name}", payload), file)

    rates = {name: [] for name in ("get", "nginx", "put", "signed", "dd", "md5sum")}
    with Nginx(folder) as nginx:
        put("object", "UNSIGNED-PAYLOAD")
        for turn in range(ROUNDS):
            path = f"/{REPOSITORY}/main/object"
            rates["nginx"].append(curl(f"http://{nginx.host}/stream", {}))
            rates["get"].append(curl(f"http://{S3}{path}", signer.headers("GET", path, "UNSIGNED-PAYLOAD")))
            rates["dd"].append(timed("dd", f"if={file}", f"of={folder}/copy", "bs=1M", "conv=fsync"))
            (folder / "copy").unlink()
            rates["put"].append(put(f"unsigned-{turn}", "UNSIGNED-PAYLOAD"))
            rates["md5sum"].append(timed("md5sum", str(file)))
            rates["signed"].append(put(f"signed-{turn}", digest.hexdigest()))
    rate = {name: statistics.median(found) for name, found in rates.items()}
    floor = min(rate["dd"], rate["md5sum"])
    bench.value("S3 GET", rate["get"], "GB/s", 0.8 * rate["nginx"], f"nginx {rate['nginx']:.2f}")
    bench.value("S3 PUT, payload unsigned", rate["put"], "GB/s", 0.8 * floor,
                f"dd conv=fsync {rate['dd']:.2f}, md5sum {rate['md5sum']:.2f}")
    bench.value("S3 PUT, payload signed", rate["signed"], "GB/s", 0.35)


def timed(*command):
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return BYTES / (time.perf_counter() - start) / 1e9


def curl(url, headers, upload=None):
    """One transfer, timed by curl itself."""
    command = ["curl", "-sS", "--fail", "--http1.1", "-o", "/dev/null", "-w", "%{time_total}", "-K", "-", url]
    if upload:
        command += ["-T", str(upload)]
    # Signatures are not for the list of processes.
    lines = "".join(f'header = "{name}: {value}"\n' for name, value in headers.items())
    done = subprocess.run(command, input=lines, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"bench failed: curl: {done.stderr}")
    return BYTES / float(done.stdout) / 1e9


class Nginx:
    """An nginx of one process that serves a folder by sendfile."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.host = f"127.0.0.1:{port}"
        self.configuration = folder / "nginx.conf"
        temporary = " ".join(
            f"{part}_temp_path {folder}/nginx-{part};" for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.configuration.write_text(
            f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
            "events {}\n"
            f"http {{ {temporary} access_log off; sendfile on; server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n")

    def __enter__(self):
        self.process = subprocess.Popen(
            ["nginx", "-c", self.configuration], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        name, port = self.host.split(":")
        for _ in range(100):
            try:
                socket.create_connection((name, int(port)), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise SystemExit("bench failed: nginx does not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
