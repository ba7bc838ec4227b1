"""Signatures of every version as real clients make them, over TLS and to virtual hosts too."""

import os
import socket
import subprocess
import time
from urllib.parse import urlsplit

import boto3
import installation
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError, SSLError
from conftest import S3_ENDPOINT, fresh_name

VERSIONS = ["s3v4", "s3v4-query", "s3", "s3-query"]
REGION = os.environ.get("AWS_DEFAULT_REGION", "us-east-1")


def client(version, endpoint=S3_ENDPOINT, style="path", **arguments):
    return boto3.client(
        "s3", endpoint_url=endpoint, region_name=REGION,
        config=Config(signature_version=version, s3={"addressing_style": style}, retries={"total_max_attempts": 1}),
        **arguments)


def exercise(s3, bucket, writer=None):
    """`writer` sends what has a body; the reader itself unless given."""
    key = "main/a b+c/é"
    (writer or s3).put_object(Bucket=bucket, Key=key, Body=b"content", Metadata={"k": "v  w"}, ContentType="text/csv")
    got = s3.get_object(Bucket=bucket, Key=key, ResponseContentType="x/y")
    assert (got["Body"].read(), got["ContentType"], got["Metadata"]) == (b"content", "x/y", {"k": "v  w"})
    assert s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == 7
    assert [row["Key"] for row in s3.list_objects_v2(Bucket=bucket, Prefix="main/")["Contents"]] == [key]
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    s3.copy_object(Bucket=bucket, Key="main/copy", CopySource={"Bucket": bucket, "Key": key})
    if writer:
        return [s3.delete_object(Bucket=bucket, Key=name) for name in (key, "main/copy")]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="main/parts")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="main/parts", UploadId=upload, PartNumber=1, Body=b"part")
    s3.complete_multipart_upload(Bucket=bucket, Key="main/parts", UploadId=upload, MultipartUpload={
        "Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert s3.get_object(Bucket=bucket, Key="main/parts")["Body"].read() == b"part"
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "main/copy"}, {"Key": "main/parts"}]})
    s3.delete_object(Bucket=bucket, Key=key)
    assert s3.list_objects(Bucket=bucket).get("Contents") is None


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version(repo, version):
    # botocore's queries of version 4 are for requests without a body.
    exercise(client(version), repo, client("s3v4") if version == "s3v4-query" else None)
    with pytest.raises(ClientError) as raised:
        client(version, aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"], aws_secret_access_key="wrong").list_objects(
            Bucket=repo)
    error = raised.value.response["Error"]
    assert error["Code"] == "SignatureDoesNotMatch"
    assert error["AWSAccessKeyId"] == os.environ["AWS_ACCESS_KEY_ID"]
    assert error["StringToSign"].startswith("GET" if version.startswith("s3-") or version == "s3" else "AWS4-HMAC-SHA256\n")
    assert os.environ["AWS_SECRET_ACCESS_KEY"] not in str(raised.value.response)


@pytest.mark.parametrize("version", VERSIONS)
def test_presigned_urls(repo, version):
    s3 = client(version)
    target = {"Bucket": repo, "Key": "main/a b+c"}
    put = s3.generate_presigned_url("put_object", Params={**target, "ContentType": "text/csv"}, ExpiresIn=604800)
    assert requests.put(put, data=b"content", headers={"Content-Type": "text/csv"}, timeout=30).status_code == 200
    get = s3.generate_presigned_url("get_object", Params={**target, "ResponseContentType": "x/y"}, ExpiresIn=600)
    got = requests.get(get, timeout=30)
    assert (got.content, got.headers["Content-Type"]) == (b"content", "x/y")
    head = s3.generate_presigned_url("head_object", Params=target, ExpiresIn=600)
    assert requests.head(head, timeout=30).headers["Content-Type"] == "text/csv"
    assert requests.get(get.replace("a%20b", "a%20c"), timeout=30).status_code == 403
    assert requests.delete(get, timeout=30).status_code == 403
    short = s3.generate_presigned_url("get_object", Params=target, ExpiresIn=1)
    assert requests.get(short, timeout=30).status_code == 200
    time.sleep(2.5)
    late = requests.get(short, timeout=30)
    assert late.status_code == 403
    assert "<Code>AccessDenied</Code><Message>Request has expired</Message>" in late.text
    assert "<ServerTime>" in late.text and "<Expires>" in late.text
    if version.startswith("s3v4"):
        week = s3.generate_presigned_url("get_object", Params=target, ExpiresIn=604801)
        assert "<Code>AuthorizationQueryParametersError</Code>" in requests.get(week, timeout=30).text


def test_version_two_presigned_with_headers_in_the_query(repo):
    """botocore moves them there, and whoever uses the URL does not send them."""
    s3 = client("s3")
    put = s3.generate_presigned_url("put_object", Params={
        "Bucket": repo, "Key": "main/a", "ContentType": "text/csv", "Metadata": {"owner": "Ada"}}, ExpiresIn=60)
    assert requests.put(put, data=b"1", timeout=30).status_code == 200
    head = s3.head_object(Bucket=repo, Key="main/a")
    assert (head["ContentType"], head["Metadata"]) == ("text/csv", {"owner": "Ada"})


def aws(*arguments, **variables):
    return subprocess.run(
        ["aws", *arguments], capture_output=True, text=True, timeout=120,
        env={**os.environ, "AWS_DEFAULT_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true", **variables})


def test_awscli(repo):
    endpoint = ["--endpoint-url", S3_ENDPOINT]
    url = aws(*endpoint, "s3", "presign", f"s3://{repo}/main/a b", "--expires-in", "600").stdout.strip()
    assert requests.get(url, timeout=30).status_code == 404
    client("s3v4").put_object(Bucket=repo, Key="main/a b", Body=b"content")
    assert requests.get(url, timeout=30).content == b"content"
    for variables, code in [
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, "SignatureDoesNotMatch"),
        ({"AWS_ACCESS_KEY_ID": "AKIAAAAAAAAAAAAAAAAA"}, "InvalidAccessKeyId"),
    ]:
        answer = aws(*endpoint, "s3api", "list-objects-v2", "--bucket", repo, **variables)
        assert answer.returncode != 0 and code in answer.stderr, answer
    # It is told the right region, and signs for it.
    assert aws(*endpoint, "s3api", "list-objects-v2", "--bucket", repo, AWS_DEFAULT_REGION="mars-1").returncode == 0
    anonymous = aws(*endpoint, "--no-sign-request", "s3api", "get-object", "--bucket", repo, "--key", "main/a", "/dev/null")
    assert "AccessDenied" in anonymous.stderr


@pytest.fixture
def talkative():
    """Gateway and auth while they log all that they ever do."""
    installation.restart("auth", "gateway", TARN_ACCESS_LOG="all", TARN_LOG_LEVEL="trace")
    yield
    installation.restart("auth", "gateway")


def test_no_log_tells_a_secret(repo, talkative):
    """Requests that are refused are logged; what they were signed with is not."""
    secret = "NobodyMayReadThisSecretInAnyLogOfTarn"
    for version in VERSIONS:
        for key in (os.environ["AWS_ACCESS_KEY_ID"], "AKIAAAAAAAAAAAAAAAAA"):
            with pytest.raises(ClientError):
                client(version, aws_access_key_id=key, aws_secret_access_key=secret).list_objects(Bucket=repo)
    url = client("s3v4").generate_presigned_url("get_object", Params={"Bucket": repo, "Key": "main/none"})
    assert requests.get(url, timeout=30).status_code == 404
    logs = "".join(path.read_text() for path in (installation.HOME / "logs").glob("*.log"))
    assert repo in logs
    for text in [secret, os.environ["AWS_SECRET_ACCESS_KEY"], "X-Amz-Signature", "Signature="]:
        assert text not in logs


# MARK: TLS and virtual hosts


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority of our own, and a certificate of it for localhost and all names below."""
    folder = tmp_path_factory.mktemp("tls")
    new = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    names = "subjectAltName=DNS:localhost,DNS:s3.localhost,DNS:*.s3.localhost,IP:127.0.0.1"
    for command in [
        [*new, "-x509", "-days", "2", "-subj", "/CN=Test authority", "-addext", "basicConstraints=critical,CA:TRUE",
         "-addext", "keyUsage=critical,keyCertSign", "-keyout", "ca.key", "-out", "ca.pem"],
        [*new, "-subj", "/CN=localhost", "-addext", names, "-keyout", "key.pem", "-out", "request.pem"],
        ["openssl", "x509", "-req", "-days", "2", "-copy_extensions", "copyall", "-in", "request.pem", "-CA", "ca.pem",
         "-CAkey", "ca.key", "-CAcreateserial", "-out", "cert.pem"],
    ]:
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def secure(authority):
    """The gateway's address while it speaks TLS and takes buckets from names of hosts."""
    installation.restart(
        "gateway", TARN_TLS_CERTIFICATE_FILE=str(authority / "cert.pem"), TARN_TLS_KEY_FILE=str(authority / "key.pem"),
        TARN_S3_DOMAINS="s3.localhost")
    yield f"https://s3.localhost:{urlsplit(S3_ENDPOINT).port}"
    installation.restart("gateway")


@pytest.fixture
def names(monkeypatch):
    """Resolves what is below localhost, as many systems do by themselves."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *arguments, **named: resolve(
        "127.0.0.1" if str(host).endswith("localhost") else host, *arguments, **named))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("style", ["path", "virtual"])
def test_over_tls(api, names, authority, secure, version, style):
    name = fresh_name("bucket")
    s3 = client(version, secure, style, verify=str(authority / "ca.pem"))
    s3.create_bucket(Bucket=name)
    exercise(s3, name, client("s3v4", secure, style, verify=str(authority / "ca.pem"))
             if version == "s3v4-query" else None)
    url = s3.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "main/none"}, ExpiresIn=60)
    assert urlsplit(url).hostname == (f"{name}.s3.localhost" if style == "virtual" else "s3.localhost")
    assert "<Code>NoSuchKey</Code><Message>" in requests.get(url, verify=authority / "ca.pem", timeout=30).text
    s3.delete_bucket(Bucket=name)


def test_large_objects_over_tls(names, authority, secure):
    """The transfer manager's parts, signed chunks with trailers among them, there and back."""
    name = fresh_name("bucket")
    s3 = client("s3v4", secure, verify=str(authority / "ca.pem"))
    s3.create_bucket(Bucket=name)
    body = os.urandom(1 << 20) * 30
    import io
    s3.upload_fileobj(io.BytesIO(body), name, "main/large")
    received = io.BytesIO()
    s3.download_fileobj(name, "main/large", received)
    assert received.getvalue() == body
    assert s3.get_object(Bucket=name, Key="main/large", Range="bytes=1000-1999")["Body"].read() == body[1000:2000]
    s3.delete_object(Bucket=name, Key="main/large")
    s3.delete_bucket(Bucket=name)


def test_programs_over_tls(authority, secure, tmp_path):
    name = fresh_name("bucket")
    secure = secure.replace("s3.localhost", "localhost")
    (tmp_path / "a").write_bytes(os.urandom(100_000))
    variables = {"AWS_CA_BUNDLE": str(authority / "ca.pem")}
    for arguments in [("mb", f"s3://{name}"), ("cp", str(tmp_path / "a"), f"s3://{name}/main/a"),
                      ("cp", f"s3://{name}/main/a", str(tmp_path / "b")), ("rm", f"s3://{name}/main/a"),
                      ("rb", f"s3://{name}")]:
        done = aws("--endpoint-url", secure, "s3", *arguments, **variables)
        assert done.returncode == 0, done
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    curl = subprocess.run(
        ["curl", "-sS", "--http2", "--cacert", authority / "ca.pem", "-o", "/dev/null", "-w", "%{http_code} %{http_version}",
         secure + "/"], capture_output=True, text=True, timeout=30)
    assert curl.stdout == "403 1.1", curl


def test_a_stranger_to_the_authority(names, secure):
    with pytest.raises(SSLError):
        client("s3v4", secure).list_buckets()
    with pytest.raises(requests.RequestException):
        requests.get(secure.replace("https:", "http:"), timeout=30)
