"""The installation that the tests run against, where they stop, kill and start its processes."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = pathlib.Path(os.environ.get("TARN_HOME", ROOT / ".tarn"))
SERVICES = ("auth", "index", "storage", "gateway", "api")


def pid(name):
    """The pid of a service, or of Postgres' first process."""
    if name == "postgres":
        place = pathlib.Path((HOME / "postgres.path").read_text().strip())
        return int((place / "data/postmaster.pid").read_text().split()[0])
    return int((HOME / "run" / f"{name}.pid").read_text())


def kill(name):
    os.kill(pid(name), signal.SIGKILL)


def heal():
    """What a person does after a crash: run it again."""
    subprocess.run([ROOT / "deploy/local/run.sh"], check=True, capture_output=True, env=environment())


def restart(*names, **variables):
    """Stops some services and starts them again with these variables set besides."""
    script = ROOT / "deploy/local/processes.sh"
    subprocess.run([script, "stop", *names], check=True, env=environment())
    subprocess.run([script, "start", *names], check=True, env=environment(**variables))


def environment(**variables):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "TARN_HOME": str(HOME), "TARN_BIN": os.environ.get("TARN_BIN", str(ROOT / ".build-release/release")),
            **variables}


def resident_mib(name):
    """The greatest resident size that a service has had, in MiB."""
    for line in pathlib.Path(f"/proc/{pid(name)}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmHWM")


def another(name, seconds=20, **other):
    """Another process of a service beside the running one, on ports of its own and with these variables besides: the process, and
    where it listens.
    """
    running = pathlib.Path(f"/proc/{pid(name)}")
    pairs = (running / "environ").read_bytes().decode().rstrip("\0").split("\0")
    variables = dict(pair.split("=", 1) for pair in pairs)
    variables.update(other)
    ports = []
    for variable in ("TARN_LISTEN", "TARN_RPC_LISTEN"):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
        variables[variable] = f"127.0.0.1:{ports[-1]}"
    process = subprocess.Popen(
        [(running / "exe").resolve()], env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"http://127.0.0.1:{ports[1]}/readyz", timeout=5).status_code == 200:
                return process, f"http://127.0.0.1:{ports[0]}"
        if time.monotonic() > end or process.poll() is not None:
            process.kill()
            raise AssertionError(f"no other {name}")
        time.sleep(0.1)
