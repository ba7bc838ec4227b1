"""Lists over S3, compared with a model of what AWS documents: random keys, prefixes, delimiters, markers and sizes of pages."""

import os
import random
import urllib.parse
import xml.etree.ElementTree as ElementTree

import pytest
import raw_s3

# What sorts differently by characters of UTF-16 than by bytes, what XML and URLs have a use for, and slashes.
PIECES = [
    "a", "b", "ab", "/", "//", "-", ".", "é", "\uffee", "\U0001f600", "\u2028", " ", "+", "%", "%2F", "&", "<", "'", '"',
    "=", "?", "#", "~", "*", "日本"]
DELIMITERS = [
    "", "/", "//", "a", "ab", "é", "日本", "\U0001f600", "-", "%2F", " ", "a/", "/a", "n/a", "in//", "t/é", "/staged/", "zz"]
KINDS = {1: {}, 2: {"list_type": 2}, "versions": {"versions": ""}}
SEED = int(os.environ.get("TARN_TEST_SEED", random.randrange(1 << 32)))


def below_bytes(text):
    return text.encode()


def local(element):
    return element.tag.partition("}")[2] or element.tag


def text(element, name, default=None):
    found = next((child for child in element if local(child) == name), None)
    return default if found is None else found.text or ""


def listed(bucket, **query):
    """One page by a raw request: everything that is not there is not asked for."""
    items = sorted((name.replace("_", "-"), str(value)) for name, value in query.items())
    quoted = "&".join(
        f"{name}={urllib.parse.quote(value, safe='~')}" for name, value in sorted(
            items, key=lambda item: (item[0], urllib.parse.quote(item[1], safe="~"))))
    return raw_s3.exchange(raw_s3.signed("GET", f"/{bucket}?{quoted}"))


def page(bucket, rows="Contents", **query):
    answer = listed(bucket, **query)
    assert answer.status == 200, answer.body
    root = ElementTree.fromstring(answer.body)
    plain = urllib.parse.unquote if text(root, "EncodingType") == "url" else (lambda value: value)
    keys = [plain(text(row, "Key")) for row in root if local(row) == rows]
    prefixes = [plain(text(row, "Prefix")) for row in root if local(row) == "CommonPrefixes"]
    return root, keys, prefixes


def model(keys, prefix="", delimiter="", after="", passes=True):
    """Keys and common prefixes behind `after`, each by bytes; `passes` tells whether one that `after` lies in is behind it."""
    rows, prefixes = [], []
    for key in sorted(keys, key=below_bytes):
        if not key.startswith(prefix) or key.encode() <= after.encode():
            continue
        end = key.find(delimiter, len(prefix)) if delimiter else -1
        if end >= 0:
            folded = key[:end + len(delimiter)]
            if folded not in prefixes and not (passes and after.startswith(folded)) and folded != after:
                prefixes.append(folded)
        else:
            rows.append(key)
    return rows, prefixes


@pytest.fixture(scope="module")
def filled(api, s3):
    """A bucket with two branches of random keys and a tag, and all of its keys."""
    import lakefs
    from conftest import fresh_name

    generator = random.Random(SEED)
    print(f"seed {SEED}")
    name = fresh_name()
    repository = lakefs.Repository(name, client=api.client).create(storage_namespace=api.namespace + name)
    paths = {"".join(generator.choices(PIECES, k=generator.randint(1, 5))) for _ in range(90)}
    paths |= {"/", "//", "/a", "a//b", "a/", "a", "a/b/c", "\U0001f600", "\uffee", "日本/日本", "x" * 900}
    for path in paths:
        s3.put_object(Bucket=name, Key=f"main/{path}", Body=b"")
    repository.branch("main").commit("first")
    repository.tag("main-v1").create("main")
    repository.branch("maint").create("main")
    for path in list(paths)[::3]:
        s3.delete_object(Bucket=name, Key=f"main/{path}")
    extra = {"staged/" + path for path in list(paths)[::5]}
    for path in extra:
        s3.put_object(Bucket=name, Key=f"main/{path}", Body=b"")
    main = (paths - set(list(paths)[::3])) | extra
    keys = [f"main/{path}" for path in main] + [f"{ref}/{path}" for path in paths for ref in ("maint", "main-v1")]
    yield name, keys
    repository.delete()


def pages(bucket, version, size, **query):
    """All rows of all pages, with the continuation that each version has."""
    continuation, keys, prefixes = {}, [], []
    for _ in range(3_000):
        root, rows, folded = page(
            bucket, "Version" if version == "versions" else "Contents", **query, **continuation, encoding_type="url",
            max_keys=size, **KINDS[version])
        assert len(rows) + len(folded) <= size
        assert rows == sorted(rows, key=below_bytes) and folded == sorted(folded, key=below_bytes)
        if version == 2:
            assert int(text(root, "KeyCount")) == len(rows) + len(folded)
        keys += rows
        prefixes += folded
        if text(root, "IsTruncated") == "false":
            return keys, prefixes
        if version == 2:
            continuation = {"continuation_token": text(root, "NextContinuationToken")}
        elif version == 1:
            continuation = {"marker": urllib.parse.unquote(text(root, "NextMarker"))}
        else:
            continuation = {
                "key_marker": urllib.parse.unquote(text(root, "NextKeyMarker")),
                "version_id_marker": text(root, "NextVersionIdMarker")}
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("version", [1, 2, "versions"])
def test_random_lists(filled, version):
    bucket, keys = filled
    generator = random.Random(SEED + 1)
    for _ in range(40):
        some = generator.choice(keys)
        prefix = generator.choice(["", "main/", "maint/", "main", "ma", some, some[:generator.randint(0, len(some))], "none/"])
        delimiter = generator.choice(DELIMITERS)
        size = generator.choice([3, 20, 1000])
        expected = model(keys, prefix, delimiter)
        found = pages(bucket, version, size, prefix=prefix, **({"delimiter": delimiter} if delimiter else {}))
        assert found == expected, (SEED, prefix, delimiter, size)


def test_random_beginnings(filled):
    """Lists begin behind keys, behind what is no key, in common prefixes and beyond the end."""
    bucket, keys = filled
    generator = random.Random(SEED + 2)
    for _ in range(120):
        some = generator.choice(keys)
        after = generator.choice([
            some, some[:generator.randint(1, len(some))], some + "a", "main/", "maint", "zzz", "main/\U0010ffff", "\U0010ffff", "0"])
        prefix = generator.choice(["", "main/", "ma", some[:generator.randint(0, len(some))]])
        delimiter = generator.choice(DELIMITERS)
        asked = {"prefix": prefix, **({"delimiter": delimiter} if delimiter else {})}
        for version, name in [(1, "marker"), (2, "start_after"), ("versions", "key_marker")]:
            if version != 2 and "/" in delimiter[:-1]:
                continue
            expected = model(keys, prefix, delimiter, after, passes=version != 2)
            root, rows, folded = page(
                bucket, "Version" if version == "versions" else "Contents", **asked, **{name: after}, encoding_type="url",
                **KINDS[version])
            assert text(root, "IsTruncated") == "false"
            assert (rows, folded) == expected, (SEED, version, prefix, delimiter, after)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("asked, told", [
    ("0", 0), ("1", 1), ("1000", 1000), ("5000", 1000), ("2147483647", 1000), ("-1", None), ("2147483648", None),
    ("x", None), ("1.5", None), (" 1", None), ("", None)])
def test_sizes_of_pages(filled, version, asked, told):
    bucket, keys = filled
    kind = KINDS[version]
    if told is None:
        answer = listed(bucket, max_keys=asked, **kind)
        assert (answer.status, answer.code) == (400, "InvalidArgument")
        return
    root, rows, _ = page(bucket, max_keys=asked, encoding_type="url", **kind)
    assert text(root, "MaxKeys") == str(told)
    assert rows == model(keys)[0][:told]
    # S3 has nothing more to tell where nothing was asked for.
    assert text(root, "IsTruncated") == str(0 < told < len(keys)).lower()


def test_what_comes_back(filled):
    bucket, keys = filled
    key = min(keys, key=below_bytes)
    root, _, _ = page(
        bucket, list_type=2, prefix="ma", delimiter="\u2029", start_after="ma in", max_keys=1, fetch_owner="true",
        encoding_type="url")
    assert (text(root, "Name"), text(root, "Prefix"), text(root, "StartAfter")) == (bucket, "ma", "ma%20in")
    assert (text(root, "Delimiter"), text(root, "EncodingType")) == ("%E2%80%A9", "url")
    row = next(child for child in root if local(child) == "Contents")
    assert urllib.parse.unquote(text(row, "Key")) == key
    assert {local(child) for child in row} == {"Key", "LastModified", "ETag", "Size", "StorageClass", "Owner"} | (
        {"ChecksumAlgorithm", "ChecksumType"} & {local(child) for child in row})
    root, _, _ = page(bucket, list_type=2, max_keys=1)
    row = next(child for child in root if local(child) == "Contents")
    assert "Owner" not in {local(child) for child in row}
    root, _, _ = page(bucket, max_keys=1, marker="a b")
    row = next(child for child in root if local(child) == "Contents")
    assert "Owner" in {local(child) for child in row} and text(root, "Marker") == "a b"


@pytest.mark.parametrize("query, code", [
    ({"encoding_type": "uri"}, "InvalidArgument"), ({"list_type": "2", "continuation_token": ""}, "InvalidArgument"),
    ({"list_type": "2", "continuation_token": "%%%"}, "InvalidArgument")])
def test_what_cannot_be_asked(filled, query, code):
    answer = listed(filled[0], **query)
    assert (answer.status, answer.code) == (400, code)


def test_a_prefix_that_ends_in_the_middle_of_a_character(filled):
    """Names are UTF-8 (S3: object keys); half a character is none."""
    answer = raw_s3.exchange(raw_s3.signed("GET", f"/{filled[0]}?list-type=2&prefix=main%2F%C3"))
    assert (answer.status, answer.code) == (400, "InvalidArgument")


def test_characters_that_xml_has_not(s3, repo):
    """Without `encoding-type` they come as character references of XML 1.1, as AWS sends them; with it percent-encoded."""
    key = "main/a\x01b\x1f\x7f\t\n\rc"
    s3.put_object(Bucket=repo, Key=key, Body=b"")
    plain = listed(repo, list_type=2, prefix="main/a").body
    assert b"<Key>main/a&#x1;b&#x1f;" in plain.lower().replace(b"<key>", b"<Key>") or b"&#1;" in plain
    _, rows, _ = page(repo, list_type=2, prefix="main/a", encoding_type="url")
    assert rows == [key]
    assert s3.list_objects_v2(Bucket=repo, Prefix="main/a")["Contents"][0]["Key"] == key


@pytest.mark.parametrize("path", ["//", "/a", "a//b", "a/", "/", "a/./b", "a/../b", "..", "a b+c%2Fd", "é/é"])
def test_slashes_and_dots_are_parts_of_keys(s3, repo, path):
    key = f"main/{path}"
    s3.put_object(Bucket=repo, Key=key, Body=path.encode())
    assert s3.get_object(Bucket=repo, Key=key)["Body"].read() == path.encode()
    assert [row["Key"] for row in s3.list_objects_v2(Bucket=repo, Prefix="main/")["Contents"]] == [key]
    folded = s3.list_objects_v2(Bucket=repo, Prefix="main/", Delimiter="/")
    if "/" in path:
        assert [row["Prefix"] for row in folded["CommonPrefixes"]] == [key[:key.index("/", 5) + 1]]
    s3.delete_object(Bucket=repo, Key=key)
    assert s3.list_objects_v2(Bucket=repo)["KeyCount"] == 0
