"""What belongs to an object beside its bytes: tags, attributes, parts, versions; and copies and conditions."""

import base64
import concurrent.futures
import hashlib
import zlib

import pytest
from botocore.exceptions import ClientError

MIB = 1 << 20


def code(raised):
    return raised.value.response["Error"]["Code"]


def tags(s3, repo, key):
    return {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(Bucket=repo, Key=key)["TagSet"]}


def tag_set(**pairs):
    return {"TagSet": [{"Key": key, "Value": value} for key, value in pairs.items()]}


# Tags

def test_tags_come_with_the_object_and_are_versioned_with_it(s3, repo, main):
    s3.put_object(Bucket=repo, Key="main/a", Body=b"1", Tagging="team=lake&kind=raw%20data")
    assert tags(s3, repo, "main/a") == {"team": "lake", "kind": "raw data"}
    assert s3.get_object(Bucket=repo, Key="main/a")["TagCount"] == 2
    first = main.commit("first").get_commit().id
    s3.put_object_tagging(Bucket=repo, Key="main/a", Tagging=tag_set(team="sea"))
    assert [change.path for change in main.uncommitted()] == ["a"], "a change like any other"
    assert tags(s3, repo, "main/a") == {"team": "sea"}
    assert tags(s3, repo, f"{first}/a") == {"team": "lake", "kind": "raw data"}
    assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == b"1"
    s3.delete_object_tagging(Bucket=repo, Key="main/a")
    assert tags(s3, repo, "main/a") == {}
    assert "TagCount" not in s3.head_object(Bucket=repo, Key="main/a")


@pytest.mark.parametrize("given, error", [
    ({f"k{number}": "v" for number in range(11)}, "BadRequest"),
    ({"k" * 129: "v"}, "InvalidTag"),
    ({"k": "v" * 257}, "InvalidTag"),
    ({"aws:k": "v"}, "InvalidTag"),
])
def test_tags_that_are_none(s3, repo, given, error):
    s3.put_object(Bucket=repo, Key="main/a", Body=b"1")
    with pytest.raises(ClientError) as raised:
        s3.put_object_tagging(Bucket=repo, Key="main/a", Tagging=tag_set(**given))
    assert code(raised) == error
    assert tags(s3, repo, "main/a") == {}


def test_tags_of_what_is_not_there_or_not_written(s3, repo, main):
    with pytest.raises(ClientError) as raised:
        s3.get_object_tagging(Bucket=repo, Key="main/none")
    assert code(raised) == "NoSuchKey"
    s3.put_object(Bucket=repo, Key="main/a", Body=b"1")
    commit = main.commit("first").get_commit().id
    with pytest.raises(ClientError) as raised:
        s3.put_object_tagging(Bucket=repo, Key=f"{commit}/a", Tagging=tag_set(a="b"))
    assert code(raised) == "MethodNotAllowed"


def test_copies_take_tags_along_or_get_others(s3, repo):
    s3.put_object(Bucket=repo, Key="main/a", Body=b"1", Tagging="a=1", Metadata={"m": "1"})
    source = {"Bucket": repo, "Key": "main/a"}
    s3.copy_object(Bucket=repo, Key="main/b", CopySource=source)
    assert tags(s3, repo, "main/b") == {"a": "1"}
    s3.copy_object(Bucket=repo, Key="main/c", CopySource=source, TaggingDirective="REPLACE", Tagging="b=2")
    assert tags(s3, repo, "main/c") == {"b": "2"}
    assert s3.head_object(Bucket=repo, Key="main/c")["Metadata"] == {"m": "1"}
    s3.copy_object(Bucket=repo, Key="main/d", CopySource=source, MetadataDirective="REPLACE", Metadata={"m": "2"})
    assert tags(s3, repo, "main/d") == {"a": "1"}
    assert s3.head_object(Bucket=repo, Key="main/d")["Metadata"] == {"m": "2"}


# Attributes and parts

def upload(s3, repo, key, parts, **arguments):
    begun = s3.create_multipart_upload(Bucket=repo, Key=key, **arguments)
    done = []
    for number, body in enumerate(parts, 1):
        part = s3.upload_part(Bucket=repo, Key=key, UploadId=begun["UploadId"], PartNumber=number, Body=body)
        done.append({"PartNumber": number, **{name: part[name] for name in part if name == "ETag" or name.startswith("Checksum")}})
    return s3.complete_multipart_upload(
        Bucket=repo, Key=key, UploadId=begun["UploadId"], MultipartUpload={"Parts": done})


def test_attributes(s3, repo):
    s3.put_object(Bucket=repo, Key="main/a", Body=b"hello", ChecksumAlgorithm="SHA256")
    found = s3.get_object_attributes(
        Bucket=repo, Key="main/a", ObjectAttributes=["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"])
    assert found["ETag"] == hashlib.md5(b"hello").hexdigest()
    assert found["ObjectSize"] == 5
    assert found["StorageClass"] == "STANDARD"
    assert found["Checksum"]["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(b"hello").digest()).decode()
    assert found["Checksum"]["ChecksumType"] == "FULL_OBJECT"
    assert "ObjectParts" not in found
    found = s3.get_object_attributes(Bucket=repo, Key="main/a", ObjectAttributes=["ObjectSize"])
    assert set(found) - {"ResponseMetadata", "LastModified"} == {"ObjectSize"}


def test_one_part_of_an_object(s3, repo):
    parts = [b"a" * 5 * MIB, b"b" * 5 * MIB, b"c" * 7]
    upload(s3, repo, "main/big", parts, ChecksumAlgorithm="CRC32")
    for number, body in enumerate(parts, 1):
        got = s3.get_object(Bucket=repo, Key="main/big", PartNumber=number)
        assert got["Body"].read() == body
        assert got["PartsCount"] == 3
        assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    head = s3.head_object(Bucket=repo, Key="main/big", PartNumber=3)
    assert head["ContentLength"] == 7
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=repo, Key="main/big", PartNumber=4)
    assert code(raised) == "InvalidPartNumber"
    found = s3.get_object_attributes(Bucket=repo, Key="main/big", ObjectAttributes=["ObjectParts", "Checksum"])
    assert found["ObjectParts"]["TotalPartsCount"] == 3
    s3.put_object(Bucket=repo, Key="main/small", Body=b"x")
    got = s3.get_object(Bucket=repo, Key="main/small", PartNumber=1)
    assert got["Body"].read() == b"x"


# Versions

def test_each_object_has_one_version(s3, repo):
    for key in ("a", "b/1", "b/2", "c"):
        s3.put_object(Bucket=repo, Key=f"main/{key}", Body=key.encode())
    found = s3.list_object_versions(Bucket=repo, Prefix="main/")
    assert [(version["Key"], version["VersionId"], version["IsLatest"]) for version in found["Versions"]] == [
        (f"main/{key}", "null", True) for key in ("a", "b/1", "b/2", "c")]
    assert "DeleteMarkers" not in found
    keys, arguments = [], {}
    while True:
        page = s3.list_object_versions(Bucket=repo, Prefix="main/", Delimiter="/", MaxKeys=1, **arguments)
        keys += [version["Key"] for version in page.get("Versions", [])]
        keys += [prefix["Prefix"] for prefix in page.get("CommonPrefixes", [])]
        if not page["IsTruncated"]:
            break
        arguments = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}
    assert keys == ["main/a", "main/b/", "main/c"]
    assert s3.get_object(Bucket=repo, Key="main/a", VersionId="null")["Body"].read() == b"a"
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=repo, Key="main/a", VersionId="3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo")
    assert code(raised) == "NoSuchVersion"


# Conditions

def test_a_put_with_a_condition_has_one_winner(s3, repo):
    def put(number, **condition):
        try:
            s3.put_object(Bucket=repo, Key="main/a", Body=b"%d" % number, **condition)
            return number
        except ClientError as error:
            assert error.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict"), error
            return None

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for condition in ({"IfNoneMatch": "*"}, None, None):
            if condition is None:
                condition = {"IfMatch": s3.head_object(Bucket=repo, Key="main/a")["ETag"]}
            base = int(s3.get_object(Bucket=repo, Key="main/a")["Body"].read()) if "IfMatch" in condition else 0
            won = [number for number in pool.map(lambda n: put(base + n, **condition), range(1, 17)) if number]
            assert len(won) == 1
            assert s3.get_object(Bucket=repo, Key="main/a")["Body"].read() == b"%d" % won[0]


def test_a_deletion_with_a_condition(s3, repo):
    etag = s3.put_object(Bucket=repo, Key="main/a", Body=b"1")["ETag"]
    with pytest.raises(ClientError) as raised:
        s3.delete_object(Bucket=repo, Key="main/a", IfMatch='"00000000000000000000000000000000"')
    assert code(raised) == "PreconditionFailed"
    s3.delete_object(Bucket=repo, Key="main/a", IfMatch=etag)
    with pytest.raises(ClientError):
        s3.head_object(Bucket=repo, Key="main/a")


def test_a_copy_with_conditions(s3, repo):
    etag = s3.put_object(Bucket=repo, Key="main/a", Body=b"1")["ETag"]
    source = {"Bucket": repo, "Key": "main/a"}
    with pytest.raises(ClientError) as raised:
        s3.copy_object(Bucket=repo, Key="main/b", CopySource=source, CopySourceIfNoneMatch=etag)
    assert code(raised) == "PreconditionFailed"
    s3.copy_object(Bucket=repo, Key="main/b", CopySource=source, CopySourceIfMatch=etag)
    copied = s3.copy_object(Bucket=repo, Key="main/c", CopySource=source, ChecksumAlgorithm="CRC32")
    expected = base64.b64encode(zlib.crc32(b"1").to_bytes(4, "big")).decode()
    assert copied["CopyObjectResult"]["ChecksumCRC32"] == expected


def test_metadata_that_is_not_ascii(s3, repo):
    s3.put_object(Bucket=repo, Key="main/a", Body=b"1", Metadata={"plain": "=?UTF-8?B?w6Q=?="})
    assert s3.head_object(Bucket=repo, Key="main/a")["Metadata"]["plain"] == "=?UTF-8?B?w6Q=?="
