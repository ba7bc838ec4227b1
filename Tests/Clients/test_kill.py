"""`kill -9` of any process in the middle of `aws s3 sync`: what was acknowledged is there and whole, nothing else is visible."""

import hashlib
import os
import random
import re
import subprocess
import time

import installation
import pytest

FILES = 600

@pytest.mark.parametrize("victim", ["gateway", "index", "auth", "api", "storage", "postgres"])
def test_kill_in_the_middle_of_a_sync(victim, s3, repo, tmp_path):
    source = tmp_path / "files"
    generator = random.Random(victim)
    expected = {}
    for number in range(FILES):
        path = source / f"folder-{number % 7}" / f"file-{number:04d}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        body = generator.randbytes(generator.choice([0, 100, 5_000, 200_000]))
        path.write_bytes(body)
        expected[path.relative_to(source).as_posix()] = hashlib.sha256(body).hexdigest()

    output = tmp_path / "output"
    with open(output, "w") as file:
        sync = subprocess.Popen(
            ["aws", "--endpoint-url", os.environ["TARN_S3_ENDPOINT"], "--region", "us-east-1", "s3", "sync", "--no-progress",
             str(source), f"s3://{repo}/main/"],
            stdout=file, stderr=subprocess.DEVNULL, env={**os.environ, "AWS_EC2_METADATA_DISABLED": "true"})
        end = time.monotonic() + 60
        while output.read_text().count("upload:") < FILES // 10:
            assert sync.poll() is None and time.monotonic() < end, "the sync never got going"
            time.sleep(0.02)
        installation.kill(victim)
        time.sleep(0.5)
        installation.heal()
        sync.wait(timeout=120)

    acknowledged = set(re.findall(r"^upload: \S+ to s3://[^/]+/main/(\S+)$", output.read_text(), re.MULTILINE))
    assert len(acknowledged) >= FILES // 10
    found = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=repo, Prefix="main/"):
        for item in page.get("Contents", []):
            path = item["Key"].removeprefix("main/")
            body = s3.get_object(Bucket=repo, Key=item["Key"])["Body"].read()
            assert len(body) == item["Size"]
            found[path] = hashlib.sha256(body).hexdigest()
    assert acknowledged - set(found) == set(), "acknowledged and lost"
    assert {path for path in found if found[path] != expected.get(path)} == set(), "visible and not whole"
