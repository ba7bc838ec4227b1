"""Buckets, references in keys, spellings of targets, and HTTP as clients of S3 use it, by raw requests where none would send them."""

import socket
import urllib.parse

import pytest
import raw_s3
from botocore.exceptions import ClientError
from conftest import REGION, fresh_name


def refusal(call, **arguments):
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return raised.value.response["Error"]["Code"]


# MARK: Buckets


def test_pages_of_buckets(s3):
    prefix = fresh_name("page")
    names = sorted(f"{prefix}{end}" for end in ("", "-1", "-10", "-2", "a", "-a-b"))
    for name in names:
        s3.create_bucket(Bucket=name)
    for size in (1, 2, 4, 1000, 10_000):
        pages = list(s3.get_paginator("list_buckets").paginate(Prefix=prefix, PaginationConfig={"PageSize": size}))
        assert [bucket["Name"] for page in pages for bucket in page["Buckets"]] == names
        assert all(len(page["Buckets"]) <= size and page["Prefix"] == prefix for page in pages)
    page = s3.list_buckets(Prefix=prefix, MaxBuckets=2)
    assert page["ContinuationToken"] and page["Owner"]["ID"]
    assert {bucket["BucketRegion"] for bucket in page["Buckets"]} == {REGION} and page["Buckets"][0]["CreationDate"]
    assert "ContinuationToken" not in s3.list_buckets(Prefix=prefix)
    assert len(s3.list_buckets(Prefix=prefix, BucketRegion=REGION)["Buckets"]) == len(names)
    assert s3.list_buckets(Prefix=prefix, BucketRegion="eu-north-1").get("Buckets", []) == []
    assert s3.list_buckets(Prefix=prefix + "~").get("Buckets", []) == []
    for query in ("max-buckets=0", "max-buckets=10001", "max-buckets=x", "max-buckets=-1", "continuation-token=%21"):
        answer = raw_s3.exchange(raw_s3.signed("GET", f"/?{query}"))
        assert (answer.status, answer.code) == (400, "InvalidArgument"), query
    for name in names:
        s3.delete_bucket(Bucket=name)


def test_buckets_that_are_not_there(s3):
    for name in (fresh_name(), "Not-a-name", "x"):
        answer = raw_s3.exchange(raw_s3.signed("HEAD", f"/{name}"))
        assert (answer.status, answer.body) == (404 if name.islower() and len(name) > 2 else 400, b"") or answer.status == 404
        for query in ("", "?location=", "?versioning=", "?uploads=", "?versions=", "?list-type=2"):
            answer = raw_s3.exchange(raw_s3.signed("GET", f"/{name}{query}"))
            assert answer.code in ("NoSuchBucket", "InvalidBucketName")
        answer = raw_s3.exchange(raw_s3.signed("PUT", f"/{name}/main/a", b"x"))
        assert answer.code in ("NoSuchBucket", "InvalidBucketName")


# MARK: References


@pytest.fixture
def history(s3, repo, main, repository):
    """A key with one content a commit, then a staged one; and what it is below each reference."""
    ids = []
    for content in (b"first", b"second"):
        s3.put_object(Bucket=repo, Key="main/a", Body=content)
        main.commit(content.decode())
        ids.append(main.get_commit().id)
        repository.tag(content.decode()).create("main")
    s3.put_object(Bucket=repo, Key="main/a", Body=b"staged")
    return {
        "main": b"staged", "main@": b"second", "main~1": b"first", "main$": b"staged", "main^": b"first", "main~0": b"second",
        "first": b"first", "second": b"second", "second~1": b"first", ids[0]: b"first", ids[1]: b"second",
        ids[1][:12]: b"second", f"{ids[1]}~1": b"first"}


def test_references_in_keys(s3, repo, history):
    for reference, content in history.items():
        key = f"{reference}/a"
        assert s3.get_object(Bucket=repo, Key=key)["Body"].read() == content, reference
        assert s3.head_object(Bucket=repo, Key=key)["ContentLength"] == len(content)
        assert [row["Key"] for row in s3.list_objects_v2(Bucket=repo, Prefix=f"{reference}/a")["Contents"]] == [key]
        copied = s3.copy_object(Bucket=repo, Key="main/copy", CopySource={"Bucket": repo, "Key": key})
        assert copied["CopyObjectResult"]["ETag"] == s3.head_object(Bucket=repo, Key=key)["ETag"]
    for reference in history.keys() - {"main"}:
        key = f"{reference}/a"
        for call, arguments in [
                (s3.put_object, {"Body": b"x"}), (s3.delete_object, {}), (s3.create_multipart_upload, {}),
                (s3.copy_object, {"CopySource": f"{repo}/main/a"}),
                (s3.put_object_tagging, {"Tagging": {"TagSet": []}})]:
            assert refusal(call, Bucket=repo, Key=key, **arguments) == "MethodNotAllowed", (reference, call)
        answer = s3.delete_objects(Bucket=repo, Delete={"Objects": [{"Key": key}]})
        assert [error["Code"] for error in answer["Errors"]] == ["MethodNotAllowed"]
    for reference in ("none", "main~9", "f" * 64):
        key = f"{reference}/a"
        assert refusal(s3.get_object, Bucket=repo, Key=key) == "NoSuchKey"
        assert refusal(s3.put_object, Bucket=repo, Key=key, Body=b"x") == (
            "MethodNotAllowed" if "~" in reference else "NoSuchBucket")
        assert s3.list_objects_v2(Bucket=repo, Prefix=f"{reference}/")["KeyCount"] == 0
    assert refusal(s3.get_object, Bucket=repo, Key="main/none") == "NoSuchKey"
    assert s3.list_objects_v2(Bucket=repo, Delimiter="/")["CommonPrefixes"] == [
        {"Prefix": "first/"}, {"Prefix": "main/"}, {"Prefix": "second/"}]


# MARK: Spellings


@pytest.mark.parametrize("spelling", [
    "main/a%20b%2Bc%25d%C3%A9", "main/a%20b+c%25d%C3%A9", "main%2Fa%20b%2bc%25d%c3%a9", "%6dain/%61%20b%2Bc%25d%C3%A9"])
def test_spellings_of_one_key(s3, repo, spelling):
    """Percent-encoding more or less than is needed means the same; in a path a plus is a plus."""
    s3.put_object(Bucket=repo, Key="main/a b+c%dé", Body=b"it")

    def signed(method, body=b""):
        # What is signed is the canonical spelling, whatever is sent.
        canonical = "/".join(
            urllib.parse.quote(part, safe="~") for part in urllib.parse.unquote(f"/{repo}/{spelling}").split("/"))
        request = raw_s3.signed(method, canonical, body)
        return request.replace(canonical.encode(), f"/{repo}/{spelling}".encode(), 1)

    assert raw_s3.exchange(signed("GET")).body == b"it"
    assert raw_s3.exchange(signed("PUT", b"anew")).status == 200
    listed = s3.list_objects_v2(Bucket=repo)["Contents"]
    assert [(row["Key"], row["Size"]) for row in listed] == [("main/a b+c%dé", 4)]


# MARK: HTTP


def head_of(connection):
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(1)
        if not piece:
            break
        received += piece
    return received


def connect():
    return socket.create_connection((raw_s3.ENDPOINT.hostname, raw_s3.ENDPOINT.port), timeout=30)


@pytest.mark.parametrize("size", [0, 10, 3_000_000])
def test_expect(s3, repo, size):
    """The body is asked for once its head was found good, and not at all where it was not."""
    body = bytes(size)
    for secret, key, status in [
            (None, "main/a", 200), ("wrong", "main/a", 403), (None, "none/a", 404), (None, "main", 400)]:
        signer = raw_s3.Signer(secret=secret) if secret else None
        request = raw_s3.signed(
            "PUT", f"/{repo}/{key}", body, headers={"Expect": "100-continue"}, signer=signer)
        head = request[:request.index(b"\r\n\r\n") + 4]
        with connect() as connection:
            connection.sendall(head)
            answer = head_of(connection)
            if b" 100 " in answer.split(b"\r\n")[0]:
                # An empty body costs nothing, and the branch of a small one is looked at when it is there.
                assert status == 200 or size == 0 or key == "none/a" and size < 1 << 20
                connection.sendall(body)
                answer = head_of(connection)
            else:
                assert status != 200
            assert int(answer.split()[1]) == status
    assert s3.head_object(Bucket=repo, Key="main/a")["ContentLength"] == size


def test_many_requests_on_one_connection(s3, repo):
    """Refusals, answers without bodies and objects follow one another; HEAD tells a length and sends nothing."""
    s3.put_object(Bucket=repo, Key="main/a", Body=b"0123456789")
    requests = [
        ("GET", f"/{repo}/main/a", 200, b"0123456789"), ("HEAD", f"/{repo}/main/a", 200, b""),
        ("GET", f"/{repo}/main/none", 404, None), ("HEAD", f"/{repo}/main/none", 404, b""),
        ("PUT", f"/{repo}/main/b", 200, b""), ("DELETE", f"/{repo}/main/b", 204, b""),
        ("GET", f"/{repo}?list-type=2", 200, None), ("HEAD", f"/{repo}", 200, b""), ("GET", "/", 200, None)]
    with connect() as connection:
        for turn in range(3):
            # One by one, and then all at once.
            together = b"".join(raw_s3.signed(method, target) for method, target, _, _ in requests)
            if turn == 2:
                connection.sendall(together)
            for method, target, status, body in requests:
                if turn < 2:
                    connection.sendall(raw_s3.signed(method, target))
                head = head_of(connection)
                answer = raw_s3.Answer(head)
                length = int(answer.headers.get("content-length", 0))
                received = b""
                if method != "HEAD":
                    while len(received) < length:
                        received += connection.recv(length - len(received))
                assert answer.status == status and (body is None or received == body), (method, target)
                assert answer.headers["x-amz-request-id"]
                if (method, target) == ("HEAD", f"/{repo}/main/a"):
                    assert length == 10
