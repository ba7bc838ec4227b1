"""Requests that must be refused, byte by byte over a socket: the right error, and nothing staged."""

import base64
import hashlib
import zlib

import boto3
import pytest
from botocore.exceptions import ClientError

import raw_s3
from conftest import S3_ENDPOINT
from raw_s3 import Signer, exchange, signed

BODY = b"hello"
KEY = "main/object"
TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"


def crc32(data):
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


def chunked(target, pieces, decoded, change=lambda data: data):
    signer = Signer()
    sizes = sum(len(b"%x;chunk-signature=" % len(piece)) + 64 + 2 + len(piece) + 2 for piece in [*pieces, b""])
    headers = {"x-amz-decoded-content-length": str(decoded), "Content-Length": str(sizes)}
    head = signed("PUT", target, headers=headers, payload=CHUNKS, signer=signer)
    return head + change(b"".join(signer.chunk(piece) for piece in [*pieces, b""]))


def trailing(target, data, trailer):
    body = b"%x\r\n%s\r\n0\r\n%s\r\n\r\n" % (len(data), data, trailer)
    headers = {"x-amz-decoded-content-length": str(len(data)), "x-amz-trailer": "x-amz-checksum-crc32"}
    return signed("PUT", target, body, headers, TRAILER)


def cases(target):
    """Name, request, status, code."""
    md5 = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    yield "wrong key", signed("PUT", target, BODY, signer=Signer(key="AKIAAAAAAAAAAAAAAAAA")), 403, "InvalidAccessKeyId"
    yield "wrong secret", signed("PUT", target, BODY, signer=Signer(secret="x" * 40)), 403, "SignatureDoesNotMatch"
    yield "slow clock", signed("PUT", target, BODY, signer=Signer(skew=-3600)), 403, "RequestTimeTooSkewed"
    yield "fast clock", signed("PUT", target, BODY, signer=Signer(skew=3600)), 403, "RequestTimeTooSkewed"
    yield "wrong region", signed("PUT", target, BODY, signer=Signer(region="mars-1")), 400, "AuthorizationHeaderMalformed"
    yield "no signature", raw_s3.request_bytes("PUT", target, {"Host": "x", "Content-Length": "5"}, BODY), 403, "AccessDenied"
    yield "body changed", signed("PUT", target, BODY, payload=raw_s3.digest(b"jello")), 400, "XAmzContentSHA256Mismatch"
    yield "wrong MD5", signed("PUT", target, BODY, {"Content-MD5": md5}), 400, "BadDigest"
    yield "no MD5", signed("PUT", target, BODY, {"Content-MD5": "zzz"}), 400, "InvalidDigest"
    yield "wrong CRC", signed("PUT", target, BODY, {"x-amz-checksum-crc32": crc32(b"x")}), 400, "BadDigest"
    yield "wrong CRC in the trailer", trailing(target, BODY, b"x-amz-checksum-crc32:" + crc32(b"x").encode()), 400, "BadDigest"
    yield "no trailer", trailing(target, BODY, b""), 400, "MalformedTrailerError"
    yield "bad chunk signature", chunked(
        target, [BODY], 5, lambda data: data.replace(b"hello", b"jello")), 403, "SignatureDoesNotMatch"
    yield "bad signature of the second chunk", chunked(
        target, [b"a" * 65536, b"b" * 70000], 135536, lambda data: data.replace(b"bbbb", b"bbbc", 1)), 403, \
        "SignatureDoesNotMatch"
    yield "fewer chunks than announced", chunked(target, [BODY], 6), 400, "IncompleteBody"
    yield "no length", signed("PUT", target, length=False), 411, "MissingContentLength"
    yield "5 GiB and a byte", signed(
        "PUT", target, headers={"Content-Length": str((5 << 30) + 1)}, payload="UNSIGNED-PAYLOAD"), 400, "EntityTooLarge"
    yield "long path", signed("PUT", target.replace("object", "x" * 1025), BODY), 400, "KeyTooLongError"
    yield "path that is no UTF-8", signed("PUT", target.replace("object", "%FF"), BODY), 400, "InvalidURI"
    yield "much metadata", signed("PUT", target, BODY, {"x-amz-meta-k": "v" * 3000}), 400, "MetadataTooLarge"
    yield "no branch", signed("PUT", target.replace("main/", "none/"), BODY), 404, "NoSuchBucket"
    yield "no path", signed("PUT", target.replace("/object", ""), BODY), 400, "InvalidArgument"
    yield "an expression", signed("PUT", target.replace("main/", "main~1/"), BODY), 405, "MethodNotAllowed"
    yield "unknown method", signed("PATCH", target), 405, "MethodNotAllowed"
    yield "no part number", signed("PUT", target + "?partNumber=0&uploadId=x", BODY), 400, "InvalidArgument"


NAMES = [name for name, *_ in cases("/bucket/" + KEY)]


@pytest.mark.parametrize("name", NAMES)
def test_bad_input(s3, repo, name):
    data, status, code = next(rest for case, *rest in cases(f"/{repo}/{KEY}") if case == name)
    answer = exchange(data)
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["x-amz-request-id"]
    assert "Contents" not in s3.list_objects_v2(Bucket=repo, Prefix="main/")


@pytest.mark.parametrize("size", [10, 300_000, 3_000_000])
def test_truncated_body(s3, repo, size):
    body = bytes(size)
    data = signed("PUT", f"/{repo}/{KEY}", body, payload="UNSIGNED-PAYLOAD")
    answer = exchange(data[:-size // 2], shut=True)
    assert answer.status in (0, 400)
    if answer.status:
        assert answer.code == "IncompleteBody"
    assert "Contents" not in s3.list_objects_v2(Bucket=repo, Prefix="main/")


def test_xml_that_is_none(repo):
    for body in (b"", b"nonsense", b"<Delete>", b"<Delete></Delete>", b"<!DOCTYPE a [<!ENTITY e 'x'>]><Delete>&e;</Delete>",
                 b"<Delete>" + b"<Object><Key>main/a</Key></Object>" * 1001 + b"</Delete>"):
        answer = exchange(signed("POST", f"/{repo}?delete", body))
        assert (answer.status, answer.code) == (400, "MalformedXML")


def test_expired_presigned(s3, repo):
    s3.put_object(Bucket=repo, Key=KEY, Body=BODY)
    signer = Signer(skew=-100)
    query = "&".join([
        "X-Amz-Algorithm=AWS4-HMAC-SHA256", f"X-Amz-Credential={signer.key}%2F" + signer.scope.replace("/", "%2F"),
        f"X-Amz-Date={signer.stamp}", "X-Amz-Expires=10", "X-Amz-SignedHeaders=host"])
    canonical = "\n".join(["GET", f"/{repo}/{KEY}", query, f"host:{raw_s3.ENDPOINT.netloc}", "", "host", "UNSIGNED-PAYLOAD"])
    signature = signer.hmac("\n".join(
        ["AWS4-HMAC-SHA256", signer.stamp, signer.scope, raw_s3.digest(canonical.encode())]))
    answer = exchange(raw_s3.request_bytes(
        "GET", f"/{repo}/{KEY}?{query}&X-Amz-Signature={signature}", {"Host": raw_s3.ENDPOINT.netloc}))
    assert (answer.status, answer.code) == (403, "AccessDenied")


def test_not_there(s3, repo):
    for arguments, code in [
        ({"Bucket": repo, "Key": "main/none"}, "NoSuchKey"), ({"Bucket": repo, "Key": "none/none"}, "NoSuchKey"),
        ({"Bucket": repo, "Key": "main"}, "NoSuchKey"), ({"Bucket": repo + "-none", "Key": "main/a"}, "NoSuchBucket"),
    ]:
        with pytest.raises(ClientError) as raised:
            s3.get_object(**arguments)
        assert raised.value.response["Error"]["Code"] == code
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
        assert raised.value.response["ResponseMetadata"]["RequestId"]


REFUSED = [
    ("delete_public_access_block", {}), ("put_bucket_policy", {"Policy": "{}"}),
    ("put_bucket_versioning", {"VersioningConfiguration": {"Status": "Enabled"}}),
    ("get_object_torrent", {"Key": KEY}), ("restore_object", {"Key": KEY}),
    ("put_object", {"Key": KEY, "ServerSideEncryption": "AES256"}),
]


@pytest.mark.parametrize("operation,arguments", REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_not_implemented(s3, repo, operation, arguments):
    with pytest.raises(ClientError) as raised:
        getattr(s3, operation)(Bucket=repo, **arguments)
    assert raised.value.response["Error"]["Code"] == "NotImplemented"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_boto3_with_a_wrong_secret(repo):
    client = boto3.client(
        "s3", endpoint_url=S3_ENDPOINT, aws_access_key_id=raw_s3.KEY, aws_secret_access_key="wrong",
        region_name=raw_s3.REGION)
    with pytest.raises(ClientError) as raised:
        client.list_buckets()
    assert raised.value.response["Error"]["Code"] == "SignatureDoesNotMatch"
