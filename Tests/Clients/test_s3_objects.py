"""Objects through boto3 as it comes."""

import datetime
import hashlib
import os
import random

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import S3_ENDPOINT


def code(raised):
    return raised.value.response["Error"]["Code"]


def content(size, seed=1):
    return random.Random(seed).randbytes(size)


@pytest.mark.parametrize("size", [0, 1, 1024, 131072, 131073, 8 << 20])
def test_round_trip(s3, repo, size):
    body = content(size)
    put = s3.put_object(Bucket=repo, Key="main/a/b", Body=body)
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = s3.get_object(Bucket=repo, Key="main/a/b")
    assert got["Body"].read() == body
    assert got["ETag"] == put["ETag"]
    assert got["ContentLength"] == size
    head = s3.head_object(Bucket=repo, Key="main/a/b")
    assert head["ContentLength"] == size
    assert abs(head["LastModified"] - datetime.datetime.now(datetime.timezone.utc)).total_seconds() < 60


def test_what_is_put_is_staged(s3, repo, main):
    s3.put_object(Bucket=repo, Key="main/a", Body=b"1")
    assert [change.path for change in main.uncommitted()] == ["a"]
    commit = main.commit("first").get_commit().id
    s3.put_object(Bucket=repo, Key="main/a", Body=b"2")
    assert s3.get_object(Bucket=repo, Key=f"{commit}/a")["Body"].read() == b"1"
    assert s3.get_object(Bucket=repo, Key="main@/a")["Body"].read() == b"1"
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == b"2"
    for reference in (commit, "main~1", "main@"):
        with pytest.raises(ClientError) as raised:
            s3.put_object(Bucket=repo, Key=f"{reference}/a", Body=b"3")
        assert code(raised) == "MethodNotAllowed"


def test_tags_are_read_and_not_written(s3, repo, main, repository):
    s3.put_object(Bucket=repo, Key="main/a", Body=b"1")
    main.commit("first")
    for tag in ("v1.0", "release"):
        repository.tag(tag).create("main")
        assert s3.get_object(Bucket=repo, Key=f"{tag}/a")["Body"].read() == b"1"
        with pytest.raises(ClientError) as raised:
            s3.put_object(Bucket=repo, Key=f"{tag}/a", Body=b"2")
        assert code(raised) == "MethodNotAllowed"


def test_metadata(s3, repo):
    given = {
        "Metadata": {"owner": "ada", "empty": ""}, "ContentType": "text/csv", "CacheControl": "no-store",
        "ContentDisposition": "attachment", "ContentEncoding": "gzip", "ContentLanguage": "de"}
    s3.put_object(Bucket=repo, Key="main/a", Body=b"1", **given)
    for answer in (s3.head_object(Bucket=repo, Key="main/a"), s3.get_object(Bucket=repo, Key="main/a")):
        for name, value in given.items():
            assert answer[name] == value
    changed = s3.get_object(Bucket=repo, Key="main/a", ResponseContentType="x/y", ResponseCacheControl="private")
    assert (changed["ContentType"], changed["CacheControl"]) == ("x/y", "private")


def test_ranges(s3, repo):
    body = content(300_000)
    s3.put_object(Bucket=repo, Key="main/a", Body=body)
    for header, expected in [
        ("bytes=0-9", body[:10]), ("bytes=299990-", body[-10:]), ("bytes=-7", body[-7:]), ("bytes=5-400000", body[5:]),
        ("bytes=100000-250000", body[100000:250001]),
    ]:
        answer = s3.get_object(Bucket=repo, Key="main/a", Range=header)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert answer["Body"].read() == expected
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=repo, Key="main/a", Range="bytes=300000-")
    assert code(raised) == "InvalidRange"


def test_conditions(s3, repo):
    etag = s3.put_object(Bucket=repo, Key="main/a", Body=b"1")["ETag"]
    assert s3.get_object(Bucket=repo, Key="main/a", IfMatch=etag)["Body"].read() == b"1"
    now = datetime.datetime.now(datetime.timezone.utc)
    for arguments, status in [
        ({"IfMatch": '"x"'}, 412), ({"IfNoneMatch": etag}, 304),
        ({"IfModifiedSince": now + datetime.timedelta(hours=1)}, 304),
        ({"IfUnmodifiedSince": now - datetime.timedelta(hours=1)}, 412),
    ]:
        with pytest.raises(ClientError) as raised:
            s3.get_object(Bucket=repo, Key="main/a", **arguments)
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_conditional_writes(s3, repo, main):
    etag = s3.put_object(Bucket=repo, Key="main/a", Body=b"1", IfNoneMatch="*")["ETag"]
    main.commit("first")
    for arguments in ({"IfNoneMatch": "*"}, {"IfMatch": '"0123"'}):
        with pytest.raises(ClientError) as raised:
            s3.put_object(Bucket=repo, Key="main/a", Body=b"2", **arguments)
        assert code(raised) == "PreconditionFailed"
    s3.put_object(Bucket=repo, Key="main/a", Body=b"3", IfMatch=etag)
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == b"3"
    s3.delete_object(Bucket=repo, Key="main/a")
    s3.put_object(Bucket=repo, Key="main/a", Body=b"4", IfNoneMatch="*")


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC64NVME", "CRC32C", "SHA1", "SHA256"])
def test_checksums(s3, repo, algorithm):
    put = s3.put_object(Bucket=repo, Key="main/a", Body=content(200_000), ChecksumAlgorithm=algorithm)
    value = put[f"Checksum{algorithm}"]
    head = s3.head_object(Bucket=repo, Key="main/a", ChecksumMode="ENABLED")
    assert head[f"Checksum{algorithm}"] == value
    # boto3 compares it with what it reads.
    assert s3.get_object(Bucket=repo, Key="main/a", ChecksumMode="ENABLED")["Body"].read() == content(200_000)


KEYS = [
    "a b", "a+b", "a%2Fb", "a//b", "/a", "a/", "..", "a/../b", "☃", "e\u0301", "é", "a&<>\"'b", "a\tb", "\x01\x7f", "?x=1",
    "#a", "a;b=c", "!*'()", "%", "\U0001f600",
]


@pytest.mark.parametrize("path", KEYS)
def test_odd_keys(s3, repo, path):
    body = path.encode()
    s3.put_object(Bucket=repo, Key=f"main/{path}", Body=body)
    assert s3.get_object(Bucket=repo, Key=f"main/{path}")["Body"].read() == body
    listed = s3.list_objects_v2(Bucket=repo, Prefix="main/")["Contents"]
    assert [row["Key"] for row in listed] == [f"main/{path}"]
    if path.isprintable() or path == "a\tb":
        s3.delete_objects(Bucket=repo, Delete={"Objects": [{"Key": f"main/{path}"}]})
    else:
        # The answer would name the key in XML, which knows no such characters; S3's own cannot be read either.
        s3.delete_object(Bucket=repo, Key=f"main/{path}")
    assert "Contents" not in s3.list_objects_v2(Bucket=repo, Prefix="main/")


def test_deletion(s3, repo):
    s3.put_object(Bucket=repo, Key="main/a", Body=b"1")
    for _ in range(2):
        assert s3.delete_object(Bucket=repo, Key="main/a")["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(ClientError) as raised:
        s3.head_object(Bucket=repo, Key="main/a")
    assert code(raised) == "404"


def test_thousand_deletions(s3, repo):
    keys = [f"main/d/{number:04}" for number in range(1000)]
    for key in keys[::10]:
        s3.put_object(Bucket=repo, Key=key, Body=b"1")
    answer = s3.delete_objects(Bucket=repo, Delete={"Objects": [{"Key": key} for key in keys]})
    assert [row["Key"] for row in answer["Deleted"]] == keys
    assert "Errors" not in answer
    quiet = s3.delete_objects(Bucket=repo, Delete={"Quiet": True, "Objects": [{"Key": "main/x"}, {"Key": "none/x"}]})
    assert "Deleted" not in quiet
    assert [row["Key"] for row in quiet["Errors"]] == ["none/x"]
    assert s3.list_objects_v2(Bucket=repo, Prefix="main/")["KeyCount"] == 0


def test_copies(s3, repo, repository):
    repository.branch("dev").create("main")
    body = content(300_000)
    s3.put_object(Bucket=repo, Key="main/a b", Body=body, Metadata={"k": "v"}, ContentType="x/y")
    s3.copy_object(Bucket=repo, Key="dev/c", CopySource={"Bucket": repo, "Key": "main/a b"})
    got = s3.get_object(Bucket=repo, Key="dev/c")
    assert (got["Body"].read(), got["Metadata"], got["ContentType"]) == (body, {"k": "v"}, "x/y")
    s3.copy_object(
        Bucket=repo, Key="dev/c", CopySource=f"{repo}/dev/c", MetadataDirective="REPLACE", Metadata={"n": "w"})
    assert s3.head_object(Bucket=repo, Key="dev/c")["Metadata"] == {"n": "w"}
    with pytest.raises(ClientError) as raised:
        s3.copy_object(Bucket=repo, Key="dev/c", CopySource=f"{repo}/dev/c")
    assert code(raised) == "InvalidRequest"
    with pytest.raises(ClientError) as raised:
        s3.copy_object(Bucket=repo, Key="dev/d", CopySource=f"{repo}/main/none")
    assert code(raised) == "NoSuchKey"


def test_copies_between_repositories(s3, api, repo):
    import lakefs

    from conftest import fresh_name

    name = fresh_name("other")
    other = lakefs.Repository(name, client=api.client).create(storage_namespace=api.namespace + name)
    body = content(300_000)
    s3.put_object(Bucket=repo, Key="main/a", Body=body)
    s3.copy_object(Bucket=name, Key="main/a", CopySource=f"{repo}/main/a")
    s3.delete_object(Bucket=repo, Key="main/a")
    assert s3.get_object(Bucket=name, Key="main/a")["Body"].read() == body
    other.delete()


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_presigned(repo, version):
    client = boto3.client(
        "s3", endpoint_url=S3_ENDPOINT, region_name=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        config=Config(signature_version=version, s3={"addressing_style": "path"}))
    put = client.generate_presigned_url("put_object", Params={"Bucket": repo, "Key": "main/a b+c"}, ExpiresIn=60)
    assert requests.put(put, data=b"content", timeout=30).status_code == 200
    get = client.generate_presigned_url("get_object", Params={
        "Bucket": repo, "Key": "main/a b+c", "ResponseContentType": "x/y"}, ExpiresIn=60)
    got = requests.get(get, timeout=30)
    assert (got.content, got.headers["Content-Type"]) == (b"content", "x/y")
    assert requests.get(get.replace("a%20b", "a%20c"), timeout=30).status_code == 403
    assert requests.delete(get, timeout=30).status_code == 403


def test_signature_version_two(repo):
    client = boto3.client(
        "s3", endpoint_url=S3_ENDPOINT, region_name=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        config=Config(signature_version="s3", s3={"addressing_style": "path"}))
    client.put_object(Bucket=repo, Key="main/a", Body=b"1", Metadata={"k": "v"})
    assert client.get_object(Bucket=repo, Key="main/a")["Body"].read() == b"1"
    assert client.list_objects(Bucket=repo, Prefix="main/")["Contents"][0]["Key"] == "main/a"
    assert client.list_multipart_uploads(Bucket=repo).get("Uploads") is None


def test_keep_alive_and_expect(s3, repo):
    """Many requests over few connections, bodies announced by `Expect` included."""
    for number in range(20):
        s3.put_object(Bucket=repo, Key=f"main/{number}", Body=content(200_000, number))
    for number in range(20):
        assert s3.get_object(Bucket=repo, Key=f"main/{number}")["Body"].read() == content(200_000, number)
