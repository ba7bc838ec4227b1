"""Browsers' uploads: forms with a policy, as boto3 presigns them."""

import base64
import hashlib
import os
import xml.etree.ElementTree as ElementTree

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import S3_ENDPOINT


@pytest.fixture(params=["s3", "s3v4"])
def signed(request):
    """A client for each way to sign a policy."""
    return boto3.client(
        "s3", endpoint_url=S3_ENDPOINT or None, region_name=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        config=Config(signature_version=request.param, s3={"addressing_style": "path"}))


def send(post, data, filename="a.txt", **fields):
    return requests.post(
        post["url"], data={**post["fields"], **fields}, files={"file": (filename, data)}, allow_redirects=False, timeout=60)


def error(answer):
    return ElementTree.fromstring(answer.content).findtext("Code")


def test_a_form_becomes_an_object(s3, signed, repo):
    post = signed.generate_presigned_post(
        repo, "main/forms/${filename}", Fields={"Content-Type": "text/plain", "x-amz-meta-by": "form"},
        Conditions=[{"Content-Type": "text/plain"}, {"x-amz-meta-by": "form"}, ["content-length-range", 1, 1 << 20]])
    answer = send(post, b"hello", filename="dir/b.txt")
    assert answer.status_code == 204, answer.text
    assert answer.headers["ETag"] == f'"{hashlib.md5(b"hello").hexdigest()}"'
    got = s3.get_object(Bucket=repo, Key="main/forms/b.txt")
    assert got["Body"].read() == b"hello"
    assert (got["ContentType"], got["Metadata"]) == ("text/plain", {"by": "form"})


@pytest.mark.parametrize("size", [0, 65_536, 5 << 20])
def test_files_of_any_size(s3, repo, size):
    body = os.urandom(size)
    post = s3.generate_presigned_post(repo, "main/a")
    assert send(post, body).status_code == 204
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == body


@pytest.mark.parametrize("size, code", [(9, "EntityTooSmall"), (21, "EntityTooLarge")])
def test_a_policy_bounds_the_length(s3, repo, size, code):
    post = s3.generate_presigned_post(repo, "main/a", Conditions=[["content-length-range", 10, 20]])
    answer = send(post, b"x" * size)
    assert (answer.status_code, error(answer)) == (400, code)
    with pytest.raises(ClientError):
        s3.head_object(Bucket=repo, Key="main/a")


def test_answers(s3, repo):
    fields = {"success_action_status": "201"}
    post = s3.generate_presigned_post(repo, "main/a b", Fields=fields, Conditions=[fields])
    answer = send(post, b"1")
    assert answer.status_code == 201
    document = ElementTree.fromstring(answer.content)
    assert (document.tag, document.findtext("Bucket"), document.findtext("Key")) == ("PostResponse", repo, "main/a b")
    fields = {"success_action_redirect": "https://example.com/done?x=1"}
    post = s3.generate_presigned_post(repo, "main/a", Fields=fields, Conditions=[fields])
    answer = send(post, b"1")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"https://example.com/done?x=1&bucket={repo}&key=main/a&etag=%22")


def test_what_a_policy_does_not_permit(s3, signed, repo):
    post = signed.generate_presigned_post(repo, "main/a")
    name = next(name for name in post["fields"] if name.endswith("signature"))
    cases = [
        ({"x-amz-meta-extra": "1"}, "AccessDenied"),
        ({"key": "main/b"}, "AccessDenied"),
        ({name: "0" * 64 if name.startswith("x-") else "A" * 27 + "="}, "SignatureDoesNotMatch"),
        ({"policy": base64.b64encode(b'{"expiration": "2099-01-01T00:00:00Z", "conditions": []}').decode()},
         "SignatureDoesNotMatch"),
    ]
    for fields, code in cases:
        answer = send(post, b"1", **fields)
        assert answer.status_code == 403, (fields, answer.status_code, answer.text, dict(answer.headers))
        assert error(answer) == code, fields
    expired = signed.generate_presigned_post(repo, "main/a", ExpiresIn=-10)
    assert error(send(expired, b"1")) == "AccessDenied"
    answer = requests.post(post["url"], data={"key": "main/a"}, files={"file": b"1"}, timeout=60)
    assert error(answer) == "AccessDenied", "without a policy nobody signed it"
    answer = requests.post(post["url"], data=b"key=main/a", headers={"Content-Type": "text/plain"}, timeout=60)
    assert answer.status_code == 412
    answer = requests.post(post["url"], data=post["fields"], files={"x": b"1"}, timeout=60)
    assert answer.status_code == 400, "there is no file"
    with pytest.raises(ClientError):
        s3.head_object(Bucket=repo, Key="main/a")
