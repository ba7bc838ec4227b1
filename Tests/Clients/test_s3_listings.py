"""Listings through boto3."""

import random

import pytest
from botocore.exceptions import ClientError

KEYS = ["a", "a b", "a+b", "b/1", "b/2", "b/c/d", "c\x01\x1f", "z/é", "é", "☃/x"]


@pytest.fixture
def filled(s3, repo):
    for key in KEYS:
        s3.put_object(Bucket=repo, Key=f"main/{key}", Body=key.encode())
    return repo


def rows(page):
    return [row["Key"] for row in page.get("Contents", [])], [row["Prefix"] for row in page.get("CommonPrefixes", [])]


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pages(s3, filled, operation, size):
    expected = sorted((f"main/{key}" for key in KEYS), key=lambda key: key.encode())
    pages = s3.get_paginator(operation).paginate(Bucket=filled, Prefix="main/", PaginationConfig={"PageSize": size})
    assert [key for page in pages for key in rows(page)[0]] == expected
    folded = s3.get_paginator(operation).paginate(
        Bucket=filled, Prefix="main/", Delimiter="/", PaginationConfig={"PageSize": size})
    keys, prefixes = [], []
    for page in folded:
        assert len(rows(page)[0]) + len(rows(page)[1]) <= size
        keys += rows(page)[0]
        prefixes += rows(page)[1]
    assert keys == [key for key in expected if "/" not in key[5:]]
    assert prefixes == ["main/b/", "main/z/", "main/☃/"]


def test_rows(s3, filled):
    row = s3.list_objects_v2(Bucket=filled, Prefix="main/b/1", FetchOwner=True)["Contents"][0]
    head = s3.head_object(Bucket=filled, Key="main/b/1")
    assert (row["ETag"], row["Size"]) == (head["ETag"], 3)
    assert row["LastModified"].replace(microsecond=0) == head["LastModified"]
    assert row["StorageClass"] == "STANDARD"
    assert row["Owner"]["ID"]


def test_where_to_begin(s3, filled):
    after = s3.list_objects_v2(Bucket=filled, Prefix="main/", StartAfter="main/b/1x")
    assert rows(after)[0][0] == "main/b/2"
    marked = s3.list_objects(Bucket=filled, Prefix="main/", Marker="main/b/2")
    assert rows(marked)[0][0] == "main/b/c/d"
    nothing = s3.list_objects_v2(Bucket=filled, Prefix="main/", MaxKeys=0)
    assert (nothing["KeyCount"], nothing["IsTruncated"]) == (0, False)
    with pytest.raises(ClientError) as raised:
        s3.list_objects_v2(Bucket=filled, ContinuationToken="nonsense!")
    assert raised.value.response["Error"]["Code"] == "InvalidArgument"


def test_branches_are_folders(s3, filled, repository):
    for name in ("dev", "main-2"):
        repository.branch(name).create("main")
    s3.put_object(Bucket=filled, Key="dev/x", Body=b"1")
    assert rows(s3.list_objects_v2(Bucket=filled, Delimiter="/")) == ([], ["dev/", "main-2/", "main/"])
    assert rows(s3.list_objects_v2(Bucket=filled, Delimiter="/", Prefix="ma")) == ([], ["main-2/", "main/"])
    keys = [f"main/{key}" for key in KEYS] + ["dev/x"]
    for size in (1, 3, 1000):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=filled, PaginationConfig={"PageSize": size})
        assert [key for page in pages for key in rows(page)[0]] == sorted(keys, key=lambda key: key.encode())


def test_tags_are_folders_too(s3, filled, repository, main):
    main.commit("first")
    lakefs_tag = repository.tag("v1.0").create("main")
    assert rows(s3.list_objects_v2(Bucket=filled, Delimiter="/")) == ([], ["main/", "v1.0/"])
    assert rows(s3.list_objects_v2(Bucket=filled, Delimiter="/", Prefix="v")) == ([], ["v1.0/"])
    both = sorted((f"{name}/{key}" for key in KEYS for name in ("main", "v1.0")), key=lambda key: key.encode())
    for size in (1, 7, 1000):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=filled, PaginationConfig={"PageSize": size})
        assert [key for page in pages for key in rows(page)[0]] == both
    # Expressions are read and listed by their own names.
    expressions = [lakefs_tag.id, "main@", lakefs_tag.get_commit().id]
    s3.put_object(Bucket=filled, Key="main/later", Body=b"1")
    main.commit("second")
    for name in [*expressions[:1], expressions[2], "main~1"]:
        listed = rows(s3.list_objects_v2(Bucket=filled, Prefix=f"{name}/"))[0]
        assert listed == [f"{name}/{key}" for key in sorted(KEYS, key=lambda key: key.encode())]
        assert s3.get_object(Bucket=filled, Key=f"{name}/b/1")["Body"].read() == b"b/1"


def test_references_that_are_not_there_are_empty(s3, filled):
    assert rows(s3.list_objects_v2(Bucket=filled, Prefix="none/")) == ([], [])
    assert rows(s3.list_objects_v2(Bucket=filled, Prefix="main~7/")) == ([], [])
    with pytest.raises(ClientError) as raised:
        s3.list_objects_v2(Bucket=filled + "-none", Prefix="main/")
    assert raised.value.response["Error"]["Code"] == "NoSuchBucket"


def test_committed_and_staged_together(s3, repo, main):
    generator = random.Random(5)
    expected = {}
    for number in range(60):
        key = f"main/{generator.randrange(20):02}/{generator.randrange(3)}"
        if generator.random() < 0.3:
            s3.delete_object(Bucket=repo, Key=key)
            expected.pop(key, None)
        else:
            s3.put_object(Bucket=repo, Key=key, Body=str(number).encode())
            expected[key] = len(str(number))
        if number % 20 == 10:
            main.commit(f"commit {number}")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=repo, Prefix="main/", PaginationConfig={"PageSize": 7})
    assert {row["Key"]: row["Size"] for page in pages for row in page.get("Contents", [])} == expected


def test_buckets(s3, repo):
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert repo in names and names == sorted(names)
    assert s3.list_buckets(Prefix=repo)["Buckets"][0]["Name"] == repo
    assert s3.head_bucket(Bucket=repo)["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert s3.get_bucket_location(Bucket=repo)["LocationConstraint"] is None
    assert "Status" not in s3.get_bucket_versioning(Bucket=repo)
    with pytest.raises(ClientError) as raised:
        s3.create_bucket(Bucket=repo)
    assert raised.value.response["Error"]["Code"] == "BucketAlreadyOwnedByYou"
