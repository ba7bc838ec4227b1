"""Multipart uploads through boto3, and the programs of awscli."""

import hashlib
import os
import random
import subprocess

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

PART = 5 << 20


def content(size, seed=1):
    return random.Random(seed).randbytes(size)


def code(raised):
    return raised.value.response["Error"]["Code"]


def test_transfer_manager(s3, repo, tmp_path):
    body = content(23 << 20)
    (tmp_path / "up").write_bytes(body)
    s3.upload_file(str(tmp_path / "up"), repo, "main/large", ExtraArgs={"Metadata": {"k": "v"}, "ContentType": "x/y"})
    head = s3.head_object(Bucket=repo, Key="main/large")
    assert (head["ContentLength"], head["Metadata"], head["ContentType"]) == (len(body), {"k": "v"}, "x/y")
    parts = [body[at:at + (8 << 20)] for at in range(0, len(body), 8 << 20)]
    expected = hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts)).hexdigest()
    assert head["ETag"] == f'"{expected}-{len(parts)}"'
    s3.download_file(repo, "main/large", str(tmp_path / "down"))
    assert (tmp_path / "down").read_bytes() == body
    s3.copy({"Bucket": repo, "Key": "main/large"}, repo, "main/copy", Config=TransferConfig(multipart_threshold=PART))
    assert s3.get_object(Bucket=repo, Key="main/copy")["Body"].read() == body


@pytest.mark.parametrize("arguments", [
    {}, {"ChecksumAlgorithm": "CRC32"}, {"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"},
    {"ChecksumAlgorithm": "SHA256"},
])
def test_by_hand(s3, repo, arguments):
    created = s3.create_multipart_upload(Bucket=repo, Key="main/a", **arguments)
    upload = {"Bucket": repo, "Key": "main/a", "UploadId": created["UploadId"]}
    bodies = {1: content(PART), 3: content(1000, 3)}
    parts = []
    extra = {"ChecksumAlgorithm": arguments["ChecksumAlgorithm"]} if arguments else {}
    for number, body in bodies.items():
        part = s3.upload_part(**upload, PartNumber=number, Body=body, **extra)
        checksums = {name: value for name, value in part.items() if name.startswith("Checksum")}
        if arguments:
            assert checksums
        parts.append({"PartNumber": number, "ETag": part["ETag"], **checksums})
    listed = s3.list_parts(**upload)
    assert [(part["PartNumber"], part["Size"]) for part in listed["Parts"]] == [(1, PART), (3, 1000)]
    assert upload["UploadId"] in [row["UploadId"] for row in s3.list_multipart_uploads(Bucket=repo)["Uploads"]]
    with pytest.raises(ClientError):
        s3.head_object(Bucket=repo, Key="main/a")
    if not arguments:
        # boto3 adds checksums of its own to parts; an upload that was begun without any does not want them named.
        parts = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in parts]
    done = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    again = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert done["ETag"] == again["ETag"]
    assert done["ETag"].endswith('-2"')
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == b"".join(bodies.values())
    assert s3.list_multipart_uploads(Bucket=repo).get("Uploads") is None
    if arguments:
        head = s3.head_object(Bucket=repo, Key="main/a", ChecksumMode="ENABLED")
        name = f"Checksum{arguments['ChecksumAlgorithm']}"
        assert head[name] == done[name]
        assert head[name].endswith("-2") == (arguments.get("ChecksumType") != "FULL_OBJECT")


def test_refused_completions(s3, repo):
    upload = {"Bucket": repo, "Key": "main/a"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    etags = [s3.upload_part(**upload, PartNumber=number, Body=b"x" * number)["ETag"] for number in (1, 2)]

    def complete(*parts):
        return s3.complete_multipart_upload(
            **upload, MultipartUpload={"Parts": [{"PartNumber": number, "ETag": etag} for number, etag in parts]})

    for parts, expected in [
        ([(1, etags[0]), (2, etags[1])], "EntityTooSmall"), ([(2, etags[1]), (1, etags[0])], "InvalidPartOrder"),
        ([(1, '"0123"')], "InvalidPart"), ([(9, etags[0])], "InvalidPart"),
    ]:
        with pytest.raises(ClientError) as raised:
            complete(*parts)
        assert code(raised) == expected
    complete((2, etags[1]))
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == b"xx"


def test_abort(s3, repo):
    upload = {"Bucket": repo, "Key": "main/a"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    s3.upload_part(**upload, PartNumber=1, Body=content(PART))
    s3.abort_multipart_upload(**upload)
    for call in (lambda: s3.abort_multipart_upload(**upload), lambda: s3.list_parts(**upload),
                 lambda: s3.upload_part(**upload, PartNumber=1, Body=b"x")):
        with pytest.raises(ClientError) as raised:
            call()
        assert code(raised) == "NoSuchUpload"


def test_copied_parts(s3, repo):
    body = content(PART + 999)
    s3.put_object(Bucket=repo, Key="main/source", Body=body)
    upload = {"Bucket": repo, "Key": "main/a"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    source = {"Bucket": repo, "Key": "main/source"}
    parts = [
        s3.upload_part_copy(**upload, PartNumber=1, CopySource=source),
        s3.upload_part_copy(**upload, PartNumber=2, CopySource=source, CopySourceRange="bytes=100-1099")]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [
        {"PartNumber": number, "ETag": part["CopyPartResult"]["ETag"]} for number, part in enumerate(parts, 1)]})
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == body + body[100:1100]


# awscli


def aws(*arguments, check=True):
    done = subprocess.run(
        ["aws", "--endpoint-url", os.environ["TARN_S3_ENDPOINT"], *arguments], capture_output=True, text=True,
        env={**os.environ, "AWS_DEFAULT_REGION": os.environ.get("AWS_DEFAULT_REGION", "us-east-1")}, timeout=300)
    if check:
        assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def tree(tmp_path):
    """Files of many sizes and odd names."""
    generator = random.Random(3)
    for number in range(40):
        folder = tmp_path / "tree" / f"folder {number % 4}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"file+{number} é").write_bytes(generator.randbytes(generator.randrange(20_000)))
    (tmp_path / "tree" / "large").write_bytes(generator.randbytes(18 << 20))
    return tmp_path / "tree"


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_sync(repo, main, tree, tmp_path):
    aws("s3", "sync", str(tree), f"s3://{repo}/main/data/", "--no-progress")
    aws("s3", "sync", f"s3://{repo}/main/data/", str(tmp_path / "back"), "--no-progress")
    assert files(tmp_path / "back") == files(tree)
    main.commit("data")
    aws("s3", "rm", "--recursive", f"s3://{repo}/main/data/", "--exclude", "large", "--only-show-errors")
    listed = aws("s3", "ls", "--recursive", f"s3://{repo}/main/").stdout.split()
    assert listed[3:] == ["main/data/large"]
    aws("s3", "sync", f"s3://{repo}/main@/data/", str(tmp_path / "committed"), "--no-progress")
    assert files(tmp_path / "committed") == files(tree)
    aws("s3", "sync", "--delete", str(tree), f"s3://{repo}/main/data/", "--no-progress")
    assert main.uncommitted(max_amount=1) is not None
    again = aws("s3", "sync", str(tree), f"s3://{repo}/main/data/", "--no-progress").stdout
    assert again == ""


def test_programs(repo, repository, tmp_path):
    (tmp_path / "a").write_text("content")
    aws("s3", "cp", str(tmp_path / "a"), f"s3://{repo}/main/a")
    assert aws("s3", "cp", f"s3://{repo}/main/a", "-").stdout == "content"
    repository.branch("dev").create("main")
    assert [line.split()[-1] for line in aws("s3", "ls", f"s3://{repo}/").stdout.splitlines()] == ["dev/", "main/"]
    aws("s3", "mv", f"s3://{repo}/main/a", f"s3://{repo}/dev/b")
    assert aws("s3", "ls", f"s3://{repo}/main/a", check=False).returncode == 1
    url = aws("s3", "presign", f"s3://{repo}/dev/b").stdout.strip()
    import requests

    assert requests.get(url, timeout=30).text == "content"
    assert repo in aws("s3", "ls").stdout
    failed = aws("s3", "cp", str(tmp_path / "a"), f"s3://{repo}/none/a", check=False)
    assert failed.returncode == 1 and "NoSuchBucket" in failed.stderr


def test_large_copy(repo, tmp_path):
    body = content(20 << 20, 9)
    (tmp_path / "large").write_bytes(body)
    aws("s3", "cp", str(tmp_path / "large"), f"s3://{repo}/main/large", "--no-progress")
    aws("s3", "cp", f"s3://{repo}/main/large", f"s3://{repo}/main/copy", "--no-progress")
    aws("s3", "cp", f"s3://{repo}/main/copy", str(tmp_path / "back"), "--no-progress")
    assert (tmp_path / "back").read_bytes() == body
