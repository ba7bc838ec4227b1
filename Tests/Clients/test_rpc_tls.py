"""Calls between services by TLS, with certificates on both sides."""

import secrets
import ssl
import subprocess
import time

import boto3
import installation
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

import conftest
from test_service_credentials import listener, secret_of

SCRIPT = installation.ROOT / "deploy/tls/certificates.sh"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """An authority and a certificate for this machine; another authority's beside it."""
    folder = tmp_path_factory.mktemp("rpc-tls")
    for name in ("own", "other"):
        make_certificates(folder / name, "tarn=127.0.0.1,localhost")
    return folder


def make_certificates(folder, *services):
    subprocess.run([SCRIPT, folder, *services], check=True, capture_output=True, text=True)


def files(folder, *names):
    """What tells a service of certificates."""
    return {f"TARN_RPC_TLS_{name.upper()}_FILE": str(folder / f"tarn/{name}.pem") for name in names or ("certificate", "key", "authority")}


@pytest.fixture(scope="module")
def secured(certificates):
    """All services restarted with TLS between them, and without it again at the end."""
    installation.restart(*installation.SERVICES, **files(certificates / "own"))
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
        pair = cert and (str(secured / cert / "tarn/certificate.pem"), str(secured / cert / "tarn/key.pem"))
        authority = secured / "own/tarn/authority.pem"
        return requests.post(
            f"{scheme}://{address}/{path}", data=b"", headers=headers, cert=pair, verify=authority, timeout=10).status_code

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
    process, address = installation.another("gateway", **files(secured / "other", "certificate", "key"))
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


def test_certificates_are_renewed_under_a_running_service(secured, s3, repo):
    """New certificates of the same authority are taken up without a restart, and the former ones need not be gone at once."""
    former = (secured / "own/tarn/certificate.pem").read_text()
    make_certificates(secured / "own", "tarn=127.0.0.1,localhost")
    assert (secured / "own/tarn/certificate.pem").read_text() != former
    host, port = listener("index").rsplit(":", 1)
    end = time.monotonic() + 30
    while ssl.get_server_certificate((host, int(port)), timeout=5) == former:
        assert time.monotonic() < end, "the listener shows its former certificate"
        s3.put_object(Bucket=repo, Key="main/a", Body=b"before")
        time.sleep(0.5)
    s3.put_object(Bucket=repo, Key="main/a", Body=b"after")
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == b"after"


def test_the_script_tells_what_is_wrong(tmp_path):
    for arguments in ([tmp_path], [tmp_path, "index"], [tmp_path, "index=a b"], [tmp_path, "../up=index"], [tmp_path, "index="]):
        result = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True)
        assert result.returncode == 1 and result.stderr.startswith(("error: usage", "error: not NAME=ADDRESS")), result
    assert [path.name for path in tmp_path.rglob("*.pem")] in ([], ["authority.pem"])


def test_others_cannot_read_what_the_script_makes(tmp_path):
    make_certificates(tmp_path / "tls", "index=index,10.0.0.1,fd00::1")
    assert (tmp_path / "tls").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "tls/authority.key").stat().st_mode & 0o777 == 0o600
    told = subprocess.run(
        ["openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", tmp_path / "tls/index/certificate.pem"],
        check=True, capture_output=True, text=True).stdout
    assert "DNS:index, IP Address:10.0.0.1, IP Address:FD00:0:0:0:0:0:0:1" in told
