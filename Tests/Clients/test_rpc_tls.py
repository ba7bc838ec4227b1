"""Calls between services by TLS, with certificates on both sides."""

import secrets
import subprocess

import boto3
import installation
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

import conftest
from test_service_credentials import listener, secret_of


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """An authority and a certificate for this machine; another authority's beside it."""
    folder = tmp_path_factory.mktemp("rpc-tls")
    new = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    for name in ("own", "other"):
        for command in [
            [*new, "-x509", "-days", "2", "-subj", "/CN=Authority", "-addext", "basicConstraints=critical,CA:TRUE",
             "-keyout", f"{name}-ca.key", "-out", f"{name}-ca.pem"],
            [*new, "-subj", "/CN=tarn", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{name}.key", "-out", "request.pem"],
            ["openssl", "x509", "-req", "-days", "2", "-copy_extensions", "copyall", "-in", "request.pem", "-CA", f"{name}-ca.pem",
             "-CAkey", f"{name}-ca.key", "-CAcreateserial", "-out", f"{name}.pem"],
        ]:
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def secured(certificates):
    """All services restarted with TLS between them, and without it again at the end."""
    installation.restart(*installation.SERVICES, **{
        f"TARN_RPC_TLS_{name}_FILE": str(certificates / file)
        for name, file in (("CERTIFICATE", "own.pem"), ("KEY", "own.key"), ("AUTHORITY", "own-ca.pem"))})
    yield certificates
    installation.restart(*installation.SERVICES)


def test_all_works(secured, s3, repository, repo):
    s3.put_object(Bucket=repo, Key="main/a", Body=b"over TLS")
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == b"over TLS"
    commit = repository.branch("main").commit(message="by TLS")
    assert s3.list_objects_v2(Bucket=repo, Prefix=f"{commit.get_commit().id}/")["KeyCount"] == 1


@pytest.mark.parametrize("service", ["auth", "index"])
def test_nobody_gets_in_without_a_certificate(secured, service):
    address = listener(service)

    def call(scheme="https", cert=None, secret=None, path="rpc"):
        headers = {"tarn-caller": "gateway", "Content-Type": "application/vnd.tarn.rpc"}
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        pair = cert and (str(secured / f"{cert}.pem"), str(secured / f"{cert}.key"))
        return requests.post(
            f"{scheme}://{address}/{path}", data=b"", headers=headers, cert=pair, verify=secured / "own-ca.pem", timeout=10).status_code

    secret = secret_of("gateway")
    for arguments in ({"scheme": "http"}, {}, {"cert": "other"}):
        with pytest.raises(requests.ConnectionError):
            call(secret=secret, **arguments)
    # A certificate alone is not enough.
    assert call(cert="own") == 401
    assert call(cert="own", secret=secrets.token_hex(32)) == 401
    # There was no call in it.
    assert call(cert="own", secret=secret) == 400


def test_a_service_without_the_right_certificate_is_of_no_use(secured):
    """A gateway with another authority's certificate reaches nobody, and that is told."""
    process, address = installation.another("gateway", **{
        f"TARN_RPC_TLS_{name}_FILE": str(secured / file) for name, file in (("CERTIFICATE", "other.pem"), ("KEY", "other.key"))})
    try:
        s3 = boto3.client(
            "s3", endpoint_url=address, region_name=conftest.REGION,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}))
        with pytest.raises(ClientError) as error:
            s3.list_buckets()
        assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    finally:
        process.kill()
        process.wait()
    assert "TLS was refused" in (installation.HOME / "logs/auth.log").read_text()
