"""The listeners that services have for one another: who is let in, and how a service's secret is changed under traffic."""

import hashlib
import pathlib
import secrets
import subprocess
import threading
import time

import installation
import pytest
import requests
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

SECRETS = installation.HOME / "secrets"


def listener(service):
    """Where a service listens for others."""
    pairs = (pathlib.Path(f"/proc/{installation.pid(service)}/environ")).read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)["TARN_RPC_LISTEN"]


def call(service, caller=None, secret=None):
    """The status of an empty body of calls."""
    headers = {"Content-Type": "application/vnd.tarn.rpc"}
    if caller:
        headers["tarn-caller"] = caller
    if secret is not None:
        headers["Authorization"] = f"Bearer {secret}"
    return requests.post(f"http://{listener(service)}/rpc", data=b"", headers=headers, timeout=30).status_code


def secret_of(service):
    return (SECRETS / f"rpc-{service}").read_text().strip()


@pytest.mark.parametrize("service", ["auth", "index"])
def test_nobody_calls_without_a_credential(service):
    refused = {
        "nothing": call(service), "no secret": call(service, "gateway"), "an empty one": call(service, "gateway", ""),
        "a wrong one": call(service, "gateway", secrets.token_hex(32)), "another's": call(service, "gateway", secret_of("api")),
        "one of a service that calls nobody": call(service, "index", secret_of("index")),
        "of no service": call(service, "somebody", secret_of("gateway")),
        "all but its last": call(service, "gateway", secret_of("gateway")[:-1]),
        "the digest": call(service, "gateway", hashlib.sha256(secret_of("gateway").encode()).hexdigest()),
        "the encryption key": call(service, "api", (SECRETS / "encryption-key").read_text().strip())}
    assert set(refused.values()) == {401}, refused
    # Let in, and told that there was no call in it.
    for caller in ("gateway", "api", "storage"):
        assert call(service, caller, secret_of(caller)) == 400


@pytest.mark.parametrize("service", ["gateway", "api", "storage"])
def test_who_answers_no_calls_has_no_door(service):
    answers = {caller: call(service, caller, secret_of(caller)) for caller in ("gateway", "api", "storage", "index", "auth")}
    assert set(answers.values()) == {405}, answers


@pytest.mark.parametrize("service", ["gateway", "api", "storage"])
def test_a_secret_is_changed_under_traffic(service, s3, repo):
    """A secret of a service is changed while objects are written and read: nothing is refused for it, and the old one ends."""
    former = secret_of(service)
    stop, failures, written = threading.Event(), [], []

    def write(worker):
        number = 0
        while not stop.is_set():
            key = f"main/{worker}/{number}"
            try:
                s3.put_object(Bucket=repo, Key=key, Body=key.encode())
                assert s3.get_object(Bucket=repo, Key=key)["Body"].read() == key.encode()
                written.append(key)
            # What is alone of its kind is away for a moment while it starts anew; that is no refusal.
            except (HTTPClientError, ConnectionError):
                pass
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 503:
                    failures.append(str(error))
            except Exception as error:
                failures.append(f"{type(error).__name__}: {error}")
            number += 1
            time.sleep(0.01)

    writers = [threading.Thread(target=write, args=(worker,), daemon=True) for worker in range(4)]
    for writer in writers:
        writer.start()
    try:
        time.sleep(0.5)
        subprocess.run(
            [installation.ROOT / "deploy/local/rotate.sh", service], check=True, env=installation.environment(),
            capture_output=True, text=True, timeout=120)
        before = len(written)
        end = time.monotonic() + 20
        while len(written) < before + 40 and time.monotonic() < end:
            time.sleep(0.1)
    finally:
        stop.set()
        for writer in writers:
            writer.join(60)
    assert not failures
    assert len(written) >= before + 40
    assert secret_of(service) != former
    for callee in ("auth", "index"):
        assert call(callee, service, former) == 401
        assert call(callee, service, secret_of(service)) == 400
    assert not list(SECRETS.glob("*-next")) and not list(SECRETS.glob("*-former"))
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=repo, Prefix="main/")
    there = {row["Key"] for page in pages for row in page.get("Contents", [])}
    assert set(written) <= there
