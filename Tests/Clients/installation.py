"""The installation that the tests run against, where they stop, kill and start its processes."""

import os
import pathlib
import signal
import subprocess

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
