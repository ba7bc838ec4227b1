"""Requests made at random from `/openapi.json`, right ones and wrong ones: whatever comes, the answer is one of the document's.

TARN_FUZZ_SEED repeats a run, TARN_FUZZ makes it so many times as long.
"""

import os
import pathlib
import random
import subprocess
import sys

import pytest
from conftest import ENDPOINT
from raw_api import fresh

SECONDS = 60 * int(os.environ.get("TARN_FUZZ", "1"))
CHECKS = "keeps_the_contract,refuses_wrong_bodies,ignored_auth"
FOLDER = pathlib.Path(__file__).parent

pytest.importorskip("schemathesis", reason="Tests/Clients/requirements.txt is not installed")


def fill(raw):
    raw.commit("main", files={"a": "1", "dir/b": "2", "data/é.txt": "3"})
    raw.branch("dev")
    raw.tag("v1")
    raw.commit("dev", files={"a": "other", "c": "4"})
    raw.write("main", {"staged": "5"})


def test_requests_made_from_the_document(api, tmp_path):
    seed = int(os.environ.get("TARN_FUZZ_SEED", random.randrange(1 << 32)))
    print(f"TARN_FUZZ_SEED={seed}")
    with fresh(api) as raw, fresh(api) as spare:
        fill(raw)
        run = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "--no-color", "run", ENDPOINT + "/openapi.json", "-a", f"{api.key}:{api.secret}",
             "--phases", "coverage,fuzzing", "--checks", CHECKS, "--seed", str(seed), "--max-time", str(SECONDS),
             "--continue-on-failure", "--request-timeout", "10", "--warnings", "off", "--suppress-health-check", "all"],
            env={**os.environ, "SCHEMATHESIS_HOOKS": "fuzz_hooks", "PYTHONPATH": str(FOLDER), "TARN_ENDPOINT": ENDPOINT,
                 "TARN_FUZZ_REPOSITORY": raw.name, "TARN_FUZZ_SPARE": spare.name},
            cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS + 60)
        assert run.returncode == 0, f"TARN_FUZZ_SEED={seed}\n{run.stdout[-20_000:]}\n{run.stderr[-2_000:]}"
        print(run.stdout[-600:])
        # It still works.
        raw.commit("main", files={"after": "6"})
        assert raw.content()["after"] == "6"
