"""What the processes of one installation have used: CPU time, and memory as the sum of their proportional set sizes."""

import os
import pathlib
import re
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Installation:
    """The Tarn and the Postgres processes that run for one TARN_HOME."""

    def __init__(self, home):
        self.home = pathlib.Path(home)

    def services(self):
        """Name → pid of Tarn's processes."""
        return {path.stem: int(path.read_text()) for path in (self.home / "run").glob("*.pid")}

    def postmaster(self):
        place = pathlib.Path((self.home / "postgres.path").read_text().strip())
        return int((place / "data/postmaster.pid").read_text().split()[0])

    def cpu(self):
        """User and system seconds so far: {service: …, "postgres": …}; children that have ended are included."""
        used = {name: sum(_times(pid)) for name, pid in self.services().items()}
        postmaster = self.postmaster()
        used["postgres"] = sum(_times(postmaster)) + sum(sum(_times(pid)[:2]) for pid in _children(postmaster))
        return used

    def settle(self, quiet_seconds=3, most_seconds=240):
        """Waits until deferred work is finished, then makes Postgres write out what it holds back (CHECKPOINT)."""
        end, quiet = time.monotonic() + most_seconds, 0
        before = sum(self.cpu().values())
        while quiet < quiet_seconds and time.monotonic() < end:
            time.sleep(1)
            now = sum(self.cpu().values())
            quiet = quiet + 1 if now - before < 0.03 else 0
            before = now
        self.sql("CHECKPOINT")

    def until_swept(self, most_seconds=600):
        """Waits until rows that a commit has taken are gone, which the upkeep begins two minutes later."""
        end = time.monotonic() + most_seconds
        while int(self.sql("SELECT count(*) FROM index.token WHERE state = 3")) and time.monotonic() < end:
            time.sleep(2)
        # What autovacuum would do some time amid the next rows.
        self.sql("VACUUM ANALYZE index.staged")
        self.settle()

    def sql(self, text, database="tarn"):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        environment = {**os.environ, "PGPASSWORD": (self.home / "secrets/postgres-superuser").read_text()}
        return subprocess.run(
            [programs / "psql", "-XqAt", "-h", (self.home / "postgres.socket").read_text().strip(), "-U", "tarn_superuser",
             "-v", "ON_ERROR_STOP=1", "-c", text, database], check=True, env=environment, capture_output=True, text=True).stdout

    def resident(self, name):
        """Resident set size of one Tarn process, in MiB."""
        text = pathlib.Path(f"/proc/{self.services()[name]}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB", text, re.MULTILINE).group(1)) / 1024

    def memory(self):
        """Proportional set size of each Tarn process, in MiB."""
        sizes = {}
        for name, pid in self.services().items():
            text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            sizes[name] = int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE).group(1)) / 1024
        return sizes


def _times(pid):
    """User, system, and those of children that have ended, in seconds; zeros for a process that is gone."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return (0.0, 0.0, 0.0, 0.0)
    return tuple(int(field) / TICKS for field in fields[11:15])


def _children(parent):
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent:
            found.append(int(path.parent.name))
    return found
