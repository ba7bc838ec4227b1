"""Multipart uploads by AWS's rules: checksums of all kinds, sizes and numbers of parts, lists, what is sent again, and rivals."""

import base64
import hashlib
import os
import threading
import zlib

import pytest
import raw_s3
from botocore.exceptions import ClientError

PART = 5 << 20
BODIES = [os.urandom(PART), os.urandom(PART), b"the last one"]


def refusal(call):
    with pytest.raises(ClientError) as raised:
        call()
    return raised.value.response["Error"]["Code"]


def begin(s3, repo, key="main/a", **arguments):
    created = s3.create_multipart_upload(Bucket=repo, Key=key, **arguments)
    return {"Bucket": repo, "Key": key, "UploadId": created["UploadId"]}


def named(*parts):
    return {"Parts": [{"PartNumber": number, "ETag": etag} for number, etag in parts]}


def crc(polynomial, bits):
    """A reflected cyclic redundancy check, as all of S3's are."""
    mask = (1 << bits) - 1
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        table.append(value)

    def check(data):
        state = mask
        for byte in data:
            state = (state >> 8) ^ table[(state ^ byte) & 255]
        return (state ^ mask).to_bytes(bits // 8, "big")

    return check


DIGESTS = {
    "CRC32": lambda data: zlib.crc32(data).to_bytes(4, "big"), "CRC32C": crc(0x82F63B78, 32),
    "CRC64NVME": crc(0x9A6C9329AC4BC9B5, 64), "SHA1": lambda data: hashlib.sha1(data).digest(),
    "SHA256": lambda data: hashlib.sha256(data).digest()}


def text(value):
    return base64.b64encode(value).decode()


@pytest.mark.parametrize("algorithm, kind", [
    ("CRC32", None), ("CRC32", "COMPOSITE"), ("CRC32", "FULL_OBJECT"), ("CRC32C", None), ("CRC32C", "COMPOSITE"),
    ("CRC32C", "FULL_OBJECT"), ("CRC64NVME", None), ("CRC64NVME", "FULL_OBJECT"), ("SHA1", None), ("SHA1", "COMPOSITE"),
    ("SHA256", None), ("SHA256", "COMPOSITE")])
def test_checksums(s3, repo, algorithm, kind):
    digest, name = DIGESTS[algorithm], f"Checksum{algorithm}"
    # The ones written in Python here are slow: two short bodies, the first of which no part but the last may be.
    bodies = BODIES if algorithm in ("CRC32", "SHA1", "SHA256") else [b"only one, of a few bytes"]
    upload = begin(s3, repo, ChecksumAlgorithm=algorithm, **({"ChecksumType": kind} if kind else {}))
    parts = []
    for number, body in enumerate(bodies, 1):
        value = text(digest(body))
        wrong = text(digest(body + b"!"))
        assert refusal(lambda: s3.upload_part(**upload, PartNumber=number, Body=body, **{name: wrong})) == "BadDigest"
        part = s3.upload_part(**upload, PartNumber=number, Body=body, **{name: value})
        assert part[name] == value
        parts.append({"PartNumber": number, "ETag": part["ETag"], name: value})
    listed = s3.list_parts(**upload)
    whole = b"".join(bodies)
    is_full = kind == "FULL_OBJECT" or algorithm == "CRC64NVME"
    assert (listed["ChecksumAlgorithm"], listed["ChecksumType"]) == (algorithm, "FULL_OBJECT" if is_full else "COMPOSITE")
    assert [part[name] for part in listed["Parts"]] == [part[name] for part in parts]
    expected = text(digest(whole)) if is_full else \
        f"{text(digest(b''.join(digest(body) for body in bodies)))}-{len(bodies)}"
    wrong = {"Parts": [{**parts[0], name: text(digest(b"?"))}, *parts[1:]]}
    assert refusal(lambda: s3.complete_multipart_upload(**upload, MultipartUpload=wrong)) == "InvalidPart"
    other = text(digest(b"?")) + ("" if is_full else f"-{len(bodies)}")
    assert refusal(lambda: s3.complete_multipart_upload(
        **upload, MultipartUpload={"Parts": parts}, **{name: other})) in ("BadDigest", "InvalidRequest")
    done = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts}, **{name: expected})
    assert (done[name], done["ChecksumType"]) == (expected, "FULL_OBJECT" if is_full else "COMPOSITE")
    head = s3.head_object(Bucket=repo, Key="main/a", ChecksumMode="ENABLED")
    assert (head[name], head["ChecksumType"]) == (expected, done["ChecksumType"])
    attributes = s3.get_object_attributes(
        Bucket=repo, Key="main/a", ObjectAttributes=["Checksum", "ObjectParts", "ETag", "ObjectSize"])
    assert attributes["Checksum"][name] == expected.split("-")[0] or attributes["Checksum"][name] == expected
    assert attributes["ObjectParts"]["TotalPartsCount"] == len(bodies)
    md5 = hashlib.md5(b"".join(hashlib.md5(body).digest() for body in bodies)).hexdigest()
    assert head["ETag"] == f'"{md5}-{len(bodies)}"'
    row = s3.list_objects_v2(Bucket=repo, Prefix="main/a")["Contents"][0]
    assert (row["ChecksumAlgorithm"], row["ChecksumType"], row["ETag"]) == (
        [algorithm], done["ChecksumType"], head["ETag"])
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == whole


@pytest.mark.parametrize("arguments", [
    {"ChecksumAlgorithm": "SHA256", "ChecksumType": "FULL_OBJECT"},
    {"ChecksumAlgorithm": "SHA1", "ChecksumType": "FULL_OBJECT"},
    {"ChecksumAlgorithm": "CRC64NVME", "ChecksumType": "COMPOSITE"}, {"ChecksumAlgorithm": "MD4"}])
def test_checksums_that_there_are_not(s3, repo, arguments):
    assert refusal(lambda: begin(s3, repo, **arguments)) == "InvalidRequest"


def test_sizes_and_numbers_of_parts(s3, repo):
    upload = begin(s3, repo)
    target = f"/{repo}/main/a?partNumber=%s&uploadId={upload['UploadId']}"
    for number in ("0", "10001", "-1", "x", ""):
        answer = raw_s3.exchange(raw_s3.signed("PUT", target % number, b"x"))
        assert (answer.status, answer.code) == (400, "InvalidArgument"), number
    # The length alone tells that it is too much.
    for length in ((5 << 30) + 1, 1 << 45):
        answer = raw_s3.exchange(raw_s3.signed(
            "PUT", target % 1, payload="UNSIGNED-PAYLOAD", headers={"Content-Length": str(length)}, length=False))
        assert (answer.status, answer.code) == (400, "EntityTooLarge")
    etags = {number: s3.upload_part(**upload, PartNumber=number, Body=b"x" * number)["ETag"] for number in (1, 10_000)}
    assert refusal(lambda: s3.complete_multipart_upload(**upload, MultipartUpload=named(*etags.items()))) == "EntityTooSmall"
    many = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>x</ETag></Part>" for number in range(1, 10_002))
    document = f"<CompleteMultipartUpload>{many}</CompleteMultipartUpload>".encode()
    answer = raw_s3.exchange(raw_s3.signed("POST", f"/{repo}/main/a?uploadId={upload['UploadId']}", document))
    assert answer.status == 400 and answer.code in ("MalformedXML", "InvalidArgument")
    s3.complete_multipart_upload(**upload, MultipartUpload=named((10_000, etags[10_000])))
    assert s3.head_object(Bucket=repo, Key="main/a")["ContentLength"] == 10_000


def test_a_part_that_is_put_again_takes_the_place_of_the_first(s3, repo):
    upload = begin(s3, repo)
    first, second = (s3.upload_part(**upload, PartNumber=1, Body=body)["ETag"] for body in (b"first", b"second"))
    assert [part["Size"] for part in s3.list_parts(**upload)["Parts"]] == [6]
    assert refusal(lambda: s3.complete_multipart_upload(**upload, MultipartUpload=named((1, first)))) == "InvalidPart"
    s3.complete_multipart_upload(**upload, MultipartUpload=named((1, second)))
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == b"second"


def test_what_is_sent_again(s3, repo):
    upload = begin(s3, repo)
    etags = [s3.upload_part(**upload, PartNumber=number, Body=body)["ETag"] for number, body in enumerate(BODIES, 1)]
    both = named((1, etags[0]), (3, etags[2]))
    first = s3.complete_multipart_upload(**upload, MultipartUpload=both)
    # The same once more has the same answer, also when the object has been written over since.
    s3.put_object(Bucket=repo, Key="main/a", Body=b"newer")
    again = s3.complete_multipart_upload(**upload, MultipartUpload=both)
    assert {name: first[name] for name in ("Bucket", "Key", "ETag", "Location")} == \
        {name: again[name] for name in ("Bucket", "Key", "ETag", "Location")}
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == b"newer"
    # Another choice is none any more, and neither is anything else of the upload.
    for call in (
            lambda: s3.complete_multipart_upload(**upload, MultipartUpload=named((1, etags[0]))),
            lambda: s3.complete_multipart_upload(**upload, MultipartUpload=named((1, etags[0]), (2, etags[1]))),
            lambda: s3.upload_part(**upload, PartNumber=1, Body=b"x"), lambda: s3.list_parts(**upload),
            lambda: s3.abort_multipart_upload(**upload)):
        assert refusal(call) == "NoSuchUpload"
    for identifier in ("none", "00000000-0000-0000-0000-000000000000", "a" * 1_000):
        assert refusal(lambda: s3.list_parts(**{**upload, "UploadId": identifier})) == "NoSuchUpload"


def test_completion_and_abortion_at_once(s3, repo):
    """One of the two comes first, and the other is told so."""
    outcomes = set()
    for turn in range(12):
        upload = begin(s3, repo, f"main/race-{turn}")
        etag = s3.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
        answers, start = {}, threading.Barrier(2)

        def attempt(name, call):
            start.wait()
            try:
                call()
                answers[name] = "done"
            except ClientError as error:
                answers[name] = error.response["Error"]["Code"]

        threads = [
            threading.Thread(target=attempt, args=("complete", lambda: s3.complete_multipart_upload(
                **upload, MultipartUpload=named((1, etag))))),
            threading.Thread(target=attempt, args=("abort", lambda: s3.abort_multipart_upload(**upload)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        is_there = s3.list_objects_v2(Bucket=repo, Prefix=upload["Key"])["KeyCount"] == 1
        assert is_there == (answers["complete"] == "done") == (answers["abort"] != "done"), answers
        assert set(answers.values()) <= {"done", "NoSuchUpload", "InternalError", "InvalidPart"}, answers
        outcomes.add(is_there)
        if is_there:
            assert s3.get_object(Bucket=repo, Key=upload["Key"])["Body"].read() == b"x"


def test_completion_with_a_condition(s3, repo):
    uploads = [begin(s3, repo) for _ in range(4)]
    etags = [s3.upload_part(**upload, PartNumber=1, Body=b"%d" % number)["ETag"] for number, upload in enumerate(uploads)]
    results, start = [], threading.Barrier(4)

    def complete(upload, etag):
        start.wait()
        try:
            results.append(s3.complete_multipart_upload(**upload, MultipartUpload=named((1, etag)), IfNoneMatch="*")["ETag"])
        except ClientError as error:
            results.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=complete, args=pair) for pair in zip(uploads, etags)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results)[1:] == ["PreconditionFailed"] * 3 and sorted(results)[0].startswith('"')
    assert s3.head_object(Bucket=repo, Key="main/a")["ETag"] == sorted(results)[0]


def test_lists_of_parts(s3, repo):
    upload = begin(s3, repo)
    numbers = [1, 2, 3, 7, 100, 10_000]
    for number in numbers:
        s3.upload_part(**upload, PartNumber=number, Body=b"x" * (number % 50))
    for size in (1, 2, 6, 1000):
        pages = s3.get_paginator("list_parts").paginate(**upload, PaginationConfig={"PageSize": size})
        found = [part for page in pages for part in page.get("Parts", [])]
        assert [(part["PartNumber"], part["Size"]) for part in found] == [(number, number % 50) for number in numbers]
    page = s3.list_parts(**upload, MaxParts=2, PartNumberMarker=3)
    assert [part["PartNumber"] for part in page["Parts"]] == [7, 100]
    assert (page["PartNumberMarker"], page["NextPartNumberMarker"], page["MaxParts"], page["IsTruncated"]) == (3, 100, 2, True)
    assert page["Initiator"] and page["Owner"] and page["StorageClass"] == "STANDARD"
    for marker in (10_000, 10_001, 2**31 - 1):
        page = s3.list_parts(**upload, PartNumberMarker=marker)
        assert page.get("Parts", []) == [] and not page["IsTruncated"]
    page = s3.list_parts(**upload, MaxParts=0)
    assert page.get("Parts", []) == [] and not page["IsTruncated"]
    assert s3.list_parts(**upload, MaxParts=5000)["MaxParts"] == 1000
    for name in ("max-parts", "part-number-marker"):
        for value in ("-1", "x", "2147483648"):
            target = f"/{repo}/main/a?{name}={value}&uploadId={upload['UploadId']}"
            assert raw_s3.exchange(raw_s3.signed("GET", target)).code == "InvalidArgument"


def test_lists_of_uploads(s3, repo, repository):
    keys = ["a", "a", "a", "b/1", "b/2", "b/2", "b//", "c d+é%", "é", "\uffee", "\U0001f600"]
    repository.branch("dev").create("main")
    uploads = [begin(s3, repo, f"{branch}/{key}") for branch in ("main", "dev") for key in keys]
    # Of one key in the order in which they were begun (S3), which none of ours promises: by their ids.
    expected = sorted(((upload["Key"], upload["UploadId"]) for upload in uploads), key=lambda pair: pair[0].encode())

    def listed(**arguments):
        page = s3.list_multipart_uploads(Bucket=repo, **arguments)
        return page, [(row["Key"], row["UploadId"]) for row in page.get("Uploads", [])], [
            row["Prefix"] for row in page.get("CommonPrefixes", [])]

    for size in (1, 2, 5, 1000):
        pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket=repo, PaginationConfig={"PageSize": size})
        found = [(row["Key"], row["UploadId"]) for page in pages for row in page.get("Uploads", [])]
        assert sorted(found) == sorted(expected) and [pair[0] for pair in found] == [pair[0] for pair in expected]
    for prefix in ("main/", "main/b", "main/b/", "ma", "dev/a", "none/", "main/é"):
        assert [pair[0] for pair in listed(Prefix=prefix)[1]] == [key for key, _ in expected if key.startswith(prefix)]
    page, rows, prefixes = listed(Prefix="main/", Delimiter="/")
    assert prefixes == ["main/b/"] and {key for key, _ in rows} == {
        key for key, _ in expected if key.startswith("main/") and not key.startswith("main/b/")}
    for size in (1, 2, 3):
        pages = s3.get_paginator("list_multipart_uploads").paginate(
            Bucket=repo, Prefix="main/", Delimiter="/", PaginationConfig={"PageSize": size})
        keys_found, prefixes_found = [], []
        for page in pages:
            assert len(page.get("Uploads", [])) + len(page.get("CommonPrefixes", [])) <= size
            keys_found += [(row["Key"], row["UploadId"]) for row in page.get("Uploads", [])]
            prefixes_found += [row["Prefix"] for row in page.get("CommonPrefixes", [])]
        assert (keys_found, prefixes_found) == (rows, prefixes)
    assert listed(Delimiter="/")[1:] == ([], ["dev/", "main/"])
    assert [pair[0] for pair in listed(KeyMarker="main/b/1")[1]] == [key for key, _ in expected if key.encode() > b"main/b/1"]
    of_a = [pair for pair in listed()[1] if pair[0] == "main/a"]
    behind = listed(KeyMarker="main/a", UploadIdMarker=of_a[0][1])[1]
    assert behind[:2] == of_a[1:] and behind[2][0] != "main/a"
    assert listed(KeyMarker="zzz")[1] == [] and listed(MaxUploads=0)[1] == []
    assert listed(MaxUploads=5000)[0]["MaxUploads"] == 1000
    for value in ("-1", "x"):
        assert raw_s3.exchange(raw_s3.signed("GET", f"/{repo}?max-uploads={value}&uploads=")).code == "InvalidArgument"
    # A key that XML cannot hold, which clients' readers would not take without `encoding-type`.
    begun = raw_s3.exchange(raw_s3.signed("POST", f"/{repo}/main/c%01?uploads="))
    assert begun.status == 200 and b"&#1;" in begun.body
    raw = raw_s3.exchange(raw_s3.signed("GET", f"/{repo}?encoding-type=url&prefix=main%2Fc&uploads=")).body
    assert b"<Key>main/c%01</Key>" in raw and b"<Key>main/c%20d%2B%C3%A9%25</Key>" in raw
    raw_s3.exchange(raw_s3.signed(
        "DELETE", f"/{repo}/main/c%01?uploadId=" + begun.body.decode().partition("<UploadId>")[2].partition("<")[0]))
    for upload in uploads:
        s3.abort_multipart_upload(**upload)
    assert listed()[1] == []
