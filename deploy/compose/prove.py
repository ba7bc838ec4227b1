"""Loads a scaled-out Tarn, kills replicas under the load, and compares every acknowledged object afterwards.

Clients are boto3 in standard mode with 3 attempts, as the AWS tools are shipped; any error that reaches one fails the proof.
"""

import hashlib
import os
import random
import re
import subprocess
import sys
import threading
import time
import uuid

import boto3
import requests
from botocore.config import Config

SECONDS = int(os.environ.get("PROVE_SECONDS", "60"))
WRITERS = 8
VICTIMS = ["gateway", "index", "auth", "gateway", "index", "auth"]
API, S3 = os.environ["TARN_ENDPOINT"], os.environ["TARN_S3_ENDPOINT"]
KEYS = (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])


def client():
    return boto3.client(
        "s3",
        endpoint_url=S3,
        region_name="us-east-1",
        config=Config(retries={"mode": "standard", "total_max_attempts": 3}, s3={"addressing_style": "path"}),
    )


def compose(*arguments):
    return subprocess.run(["docker", "compose", *arguments], check=True, capture_output=True, text=True).stdout


def replicas(service):
    return compose("ps", "-q", service).split()


def served(container):
    """Requests that a replica has answered, by its own count: RPC for index and auth, HTTP for gateway and api."""
    text = subprocess.run(
        ["docker", "exec", container, "curl", "-fsS", "http://127.0.0.1:9100/metrics"],
        check=True, capture_output=True, text=True,
    ).stdout
    rows = re.findall(r"^tarn_(?:http|rpc_server)_requests_total(?:\{[^}]*\})? (\S+)$", text, re.MULTILINE)
    return sum(float(row) for row in rows)


class Writer(threading.Thread):
    """Writes, overwrites, reads and deletes its own keys; what was acknowledged last is in `expected`."""

    def __init__(self, repository, number):
        super().__init__(daemon=True)
        self.repository, self.prefix = repository, f"main/writer-{number}/"
        self.random = random.Random(number)
        self.expected, self.errors, self.count = {}, [], 0

    def run(self):
        s3, end = client(), time.monotonic() + SECONDS
        while time.monotonic() < end:
            key = f"{self.prefix}{self.random.randrange(400):04d}"
            action = self.random.random()
            try:
                if action < 0.6 or key not in self.expected:
                    body = self.random.randbytes(self.random.choice([10, 1_000, 60_000, 300_000]))
                    s3.put_object(Bucket=self.repository, Key=key, Body=body)
                    self.expected[key] = hashlib.sha256(body).hexdigest()
                elif action < 0.9:
                    body = s3.get_object(Bucket=self.repository, Key=key)["Body"].read()
                    if hashlib.sha256(body).hexdigest() != self.expected[key]:
                        self.errors.append(f"{key}: read other bytes than were acknowledged")
                else:
                    s3.delete_object(Bucket=self.repository, Key=key)
                    self.expected.pop(key)
                self.count += 1
            except Exception as error:  # noqa: BLE001 - every error of a client is what this looks for
                self.errors.append(f"{key}: {type(error).__name__}: {error}")


class Reader(threading.Thread):
    """Asks the REST API all along, as a script would that retries nothing but refused connections."""

    def __init__(self, repository):
        super().__init__(daemon=True)
        self.repository, self.errors, self.count, self.stopped = repository, [], 0, False

    def run(self):
        while not self.stopped:
            answer = requests.get(f"{API}/api/v1/repositories/{self.repository}/branches/main", auth=KEYS, timeout=30)
            if answer.status_code == 200:
                self.count += 1
            elif answer.status_code not in (502, 503):
                self.errors.append(f"branch: {answer.status_code} {answer.text}")
            time.sleep(0.02)


def main():
    repository = f"prove-{uuid.uuid4().hex[:8]}"
    answer = requests.post(
        f"{API}/api/v1/repositories", auth=KEYS, timeout=30,
        json={"name": repository, "storage_namespace": f"s3://tarn/{repository}"},
    )
    assert answer.status_code == 201, answer.text

    writers = [Writer(repository, number) for number in range(WRITERS)]
    reader = Reader(repository)
    for thread in [*writers, reader]:
        thread.start()
    for victim in VICTIMS:
        time.sleep(SECONDS / (len(VICTIMS) + 1))
        container = random.choice(replicas(victim))
        print(f"==> kill -9 of one {victim}", flush=True)
        subprocess.run(["docker", "kill", "-s", "KILL", container], check=True, capture_output=True)
        threading.Timer(4, lambda c=container: subprocess.run(["docker", "start", c], capture_output=True)).start()
    for writer in writers:
        writer.join()
    reader.stopped = True
    reader.join()

    compose("up", "-d", "--wait", "--no-recreate", "--scale", "gateway=3", "--scale", "api=2", "--scale", "auth=2",
            "--scale", "index=2", "--scale", "storage=2")
    errors = [error for thread in [*writers, reader] for error in thread.errors]
    expected = {key: value for writer in writers for key, value in writer.expected.items()}
    s3 = client()
    found = {
        item["Key"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=repository, Prefix="main/")
        for item in page.get("Contents", [])
    }
    lost, unexpected, different = set(expected) - found, found - set(expected), 0
    for key, checksum in expected.items():
        if key not in lost:
            body = s3.get_object(Bucket=repository, Key=key)["Body"].read()
            different += hashlib.sha256(body).hexdigest() != checksum

    # Every replica takes part.
    for _ in range(40):
        client().list_objects_v2(Bucket=repository, Prefix="main/", MaxKeys=1)
        requests.get(f"{API}/api/v1/repositories/{repository}", auth=KEYS, timeout=30)
    idle = []
    for service in ("gateway", "api", "auth", "index"):
        counts = [served(container) for container in replicas(service)]
        print(f"    {service}: " + ", ".join(f"{count:.0f}" for count in counts) + " requests since each started")
        idle += [service for count in counts if count == 0]

    print(f"    {sum(writer.count for writer in writers)} operations by {WRITERS} writers, {reader.count} REST reads")
    print(f"    {len(expected)} objects expected, {len(lost)} lost, {different} different, {len(unexpected)} unexpected")
    for error in errors[:20]:
        print(f"    client error: {error}")
    if errors or lost or different or unexpected or idle:
        sys.exit(f"failed: {len(errors)} client errors, {len(lost)} lost, {different} different, "
                 f"{len(unexpected)} unexpected, idle: {idle}")
    print("==> nothing acknowledged was lost, no client saw an error, every replica took part")


main()
