"""Reads and writes by presigned URLs, staging and uploads in parts, with the official clients."""

import base64
import concurrent.futures
import hashlib
import os
import time
import urllib.parse

import lakefs_sdk
import pytest
import requests
from lakefs.exceptions import ObjectExistsException

CONTENT = bytes(range(256)) * 5
PART = 5 << 20


@pytest.fixture
def staging(api):
    return lakefs_sdk.StagingApi(api.sdk._api)


@pytest.fixture
def experimental(api):
    return lakefs_sdk.ExperimentalApi(api.sdk._api)


@pytest.fixture(scope="module")
def signs_itself(api):
    """Whether URLs lead to Tarn, and not to the store."""
    return api.client.storage_config.blockstore_type == "local"


def put(url, data, **headers):
    return requests.put(url, data=data, headers=headers, timeout=60)


def test_the_configuration_says_so(api, signs_itself):
    config = api.client.storage_config
    assert config.pre_sign_support
    assert config.pre_sign_support_ui == signs_itself
    assert api.request("GET", "/config").json()["storage_config"]["pre_sign_multipart_upload"]


@pytest.mark.parametrize("path", ["plain", "a b/é+%&=?#.txt", "a//b", "../up"])
@pytest.mark.parametrize("size", [0, 1, 65_537, (5 << 20) + 3])
def test_what_is_written_presigned_is_read_presigned_and_not(main, path, size):
    data = os.urandom(size)
    with main.object(path).writer(pre_sign=True, content_type="text/x-test", metadata={"Key_One": "v"}) as writer:
        writer.write(data)
    for presigned in (True, False):
        assert main.object(path).reader(pre_sign=presigned).read() == data
    stat = main.object(path).stat()
    assert (stat.size_bytes, stat.checksum) == (size, hashlib.md5(data).hexdigest())
    assert (stat.content_type, stat.metadata) == ("text/x-test", {"Key_One": "v"})
    main.commit("it")
    assert main.object(path).reader(pre_sign=True).read() == data


def test_parts_of_an_object_are_read_presigned(main):
    main.object("o").upload(data=CONTENT, pre_sign=True)
    with main.object("o").reader(pre_sign=True) as reader:
        assert reader.read(10) == CONTENT[:10]
        reader.seek(1_000)
        assert reader.read(200) == CONTENT[1_000:1_200]
        assert reader.read() == CONTENT[1_200:]
        assert reader.read() == b""


def test_exclusive_presigned_writes(main):
    main.object("x").upload(data=b"1", mode="xb", pre_sign=True)
    with pytest.raises(ObjectExistsException):
        main.object("x").upload(data=b"2", mode="xb", pre_sign=True)
    assert main.object("x").reader().read() == b"1"


def test_one_exclusive_link_of_many_wins(api, repo, staging):
    def attempt(number):
        location = staging.get_physical_address(repo, "main", "one", presign=True)
        answer = put(location.presigned_url, str(number))
        answer.raise_for_status()
        metadata = lakefs_sdk.StagingMetadata(
            staging=location, checksum=answer.headers["ETag"], size_bytes=len(str(number)))
        try:
            staging.link_physical_address(repo, "main", "one", metadata, if_none_match="*")
            return number
        except lakefs_sdk.ApiException as error:
            assert error.status == 412
            return None

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        winners = [number for number in pool.map(attempt, range(8)) if number is not None]
    assert len(winners) == 1


def test_stat_and_listings_show_urls(api, repo, main, objects):
    for name in ("a", "b/c"):
        main.object(name).upload(data=name.encode(), pre_sign=False)
    stat = objects.stat_object(repo, "main", "a", presign=True)
    assert requests.get(stat.physical_address, timeout=60).content == b"a"
    assert 0 < stat.physical_address_expiry - time.time() <= 905
    listed = objects.list_objects(repo, "main", presign=True).results
    assert [requests.get(row.physical_address, timeout=60).text for row in listed] == ["a", "b/c"]
    assert all(row.physical_address_expiry for row in listed)
    folders = objects.list_objects(repo, "main", presign=True, delimiter="/").results
    assert [(row.path, row.path_type) for row in folders] == [("a", "object"), ("b/", "common_prefix")]
    redirect = api.request("GET", f"/repositories/{repo}/refs/main/objects?path=a&presign=true")
    assert redirect.status_code == 302
    assert requests.get(redirect.headers["Location"], timeout=60).content == b"a"
    assert objects.get_object(repo, "main", "a", presign=True) == b"a"


def test_a_url_is_for_what_it_was_signed_for(api, repo, main, objects, staging):
    main.object("a").upload(data=b"secret", pre_sign=False)
    url = objects.stat_object(repo, "main", "a", presign=True).physical_address
    assert requests.put(url, data=b"x", timeout=60).status_code == 403
    assert requests.delete(url, timeout=60).status_code in (403, 405)
    parts = urllib.parse.urlsplit(url)
    names = [name for name, _ in urllib.parse.parse_qsl(parts.query)]
    for name in names:
        query = [(key, ("1" + value if key == name else value)) for key, value in urllib.parse.parse_qsl(parts.query)]
        changed = parts._replace(query=urllib.parse.urlencode(query)).geturl()
        assert requests.get(changed, timeout=60).status_code in (400, 403), name
    assert requests.get(parts._replace(path=parts.path + "x").geturl(), timeout=60).status_code == 403
    assert requests.get(parts._replace(query="").geturl(), timeout=60).status_code == 403
    assert requests.get(url, timeout=60).content == b"secret"


def test_bytes_that_are_linked_are_not_replaced(api, repo, main, staging, signs_itself):
    if not signs_itself:
        pytest.skip("the store's own URLs may be used again until they end")
    location = staging.get_physical_address(repo, "main", "o", presign=True)
    assert put(location.presigned_url, b"first").status_code == 200
    staging.link_physical_address(
        repo, "main", "o", lakefs_sdk.StagingMetadata(staging=location, checksum="c", size_bytes=5))
    assert put(location.presigned_url, b"other").status_code == 412
    assert put(location.presigned_url, b"first").status_code == 200
    assert main.object("o").reader().read() == b"first"
    wrong = base64.b64encode(hashlib.md5(b"x").digest()).decode()
    other = staging.get_physical_address(repo, "main", "p", presign=True)
    assert put(other.presigned_url, b"y", **{"Content-MD5": wrong}).status_code == 400
    assert put(other.presigned_url, iter([b"a", b"b"])).status_code == 200


def test_half_a_body_is_no_object(api, repo, staging, signs_itself):
    if not signs_itself:
        pytest.skip("the store's own doing")
    import socket

    location = staging.get_physical_address(repo, "main", "o", presign=True)
    url = urllib.parse.urlsplit(location.presigned_url)
    with socket.create_connection((url.hostname, url.port), timeout=10) as half:
        half.sendall(f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf".encode())
        for size in (4, 10):
            with pytest.raises(lakefs_sdk.ApiException) as error:
                staging.link_physical_address(
                    repo, "main", "o", lakefs_sdk.StagingMetadata(staging=location, checksum="c", size_bytes=size))
            assert error.value.status == 400
    assert put(location.presigned_url, b"0123456789").status_code == 200


# Staging


def test_an_address_is_for_one_repository_branch_and_path(api, repo, repository, staging, objects):
    repository.branch("dev").create("main")
    location = staging.get_physical_address(repo, "main", "a", presign=True)
    put(location.presigned_url, b"hello").raise_for_status()
    metadata = lakefs_sdk.StagingMetadata(staging=location, checksum="c", size_bytes=5)
    for branch, path in (("main", "b"), ("dev", "a")):
        with pytest.raises(lakefs_sdk.ApiException) as error:
            staging.link_physical_address(repo, branch, path, metadata)
        assert error.value.status == 400
    unsigned = location.physical_address.rpartition(",")[0]
    for address in (unsigned, unsigned + ",x", location.physical_address[:-1]):
        answer = api.request(
            "PUT", f"/repositories/{repo}/branches/main/objects?path=a",
            json={"physical_address": address, "checksum": "c", "size_bytes": 5})
        assert answer.status_code == 400, address
    assert staging.link_physical_address(repo, "main", "a", metadata).size_bytes == 5


def test_bytes_that_are_not_there_are_not_linked(api, repo, staging):
    location = staging.get_physical_address(repo, "main", "a")
    assert location.presigned_url is None
    with pytest.raises(lakefs_sdk.ApiException) as error:
        staging.link_physical_address(
            repo, "main", "a", lakefs_sdk.StagingMetadata(staging=location, checksum="c", size_bytes=0))
    assert error.value.status == 400 and "no object" in error.value.body


def test_nothing_of_another_repository_is_staged(api, repo, repository, main, objects):
    import lakefs
    from conftest import fresh_name

    name = fresh_name()
    other = lakefs.Repository(name, client=api.client).create(storage_namespace=api.namespace + name)
    try:
        other.branch("main").object("secret").upload(data=b"secret", pre_sign=False)
        address = objects.stat_object(name, "main", "secret").physical_address
        for staged in (address, f"{api.namespace}{name}/x", f"{api.namespace}{repo}/../{name}/x"):
            answer = api.request(
                "PUT", f"/repositories/{repo}/branches/main/objects?path=a",
                json={"physical_address": staged, "checksum": "c", "size_bytes": 6})
            assert answer.status_code == 400, staged
    finally:
        other.delete()
    answer = api.request(
        "PUT", f"/repositories/{repo}/branches/main/objects?path=a",
        json={"physical_address": address, "checksum": "c", "size_bytes": 6})
    assert answer.status_code == 400, "what a deleted repository had is not free to take"


# Uploads in parts


def test_an_upload_in_parts(api, repo, main, experimental):
    data = [os.urandom(PART), os.urandom(PART), os.urandom(1_234)]
    upload = experimental.create_presign_multipart_upload(repo, "main", "big", parts=3)
    assert len(upload.presigned_urls) == 3
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(put, upload.presigned_urls, data))
    parts = [
        lakefs_sdk.UploadPart(part_number=number, etag=answer.headers["ETag"])
        for number, answer in enumerate(answers, 1)]
    completion = lakefs_sdk.CompletePresignMultipartUpload(
        physical_address=upload.physical_address, parts=parts, user_metadata={"k": "v"}, content_type="text/x")
    stats = experimental.complete_presign_multipart_upload(
        repo, "main", upload.upload_id, "big", complete_presign_multipart_upload=completion)
    assert stats.size_bytes == 2 * PART + 1_234
    digests = b"".join(hashlib.md5(part).digest() for part in data)
    assert stats.checksum == f"{hashlib.md5(digests).hexdigest()}-3"
    assert (stats.content_type, stats.metadata) == ("text/x", {"k": "v"})
    assert main.object("big").reader(pre_sign=True).read() == b"".join(data)
    again = experimental.complete_presign_multipart_upload(
        repo, "main", upload.upload_id, "big", complete_presign_multipart_upload=completion)
    assert (again.checksum, again.size_bytes) == (stats.checksum, stats.size_bytes)


def test_parts_signed_and_copied_one_by_one(api, repo, main, experimental):
    source = os.urandom(PART + 10)
    main.object("source").upload(data=source, pre_sign=False)
    upload = experimental.create_presign_multipart_upload(repo, "main", "joined")
    assert not upload.presigned_urls
    address = upload.physical_address
    copy = f"/repositories/{repo}/branches/main/staging/pmpu/{upload.upload_id}/parts/1/copy?path=joined"
    answer = api.request("PUT", copy, json={
        "physical_address": address,
        "copy_source": {"repository": repo, "ref": "main", "path": "source", "range": f"bytes=10-{PART + 9}"}})
    assert answer.status_code == 204, answer.text
    signed = experimental.upload_part(
        repo, "main", upload.upload_id, "joined", 2,
        upload_part_from=lakefs_sdk.UploadPartFrom(physical_address=address))
    second = put(signed.presigned_url, b"tail")
    parts = [
        lakefs_sdk.UploadPart(part_number=2, etag=second.headers["ETag"]),
        lakefs_sdk.UploadPart(part_number=1, etag=answer.headers["ETag"])]
    experimental.complete_presign_multipart_upload(
        repo, "main", upload.upload_id, "joined",
        complete_presign_multipart_upload=lakefs_sdk.CompletePresignMultipartUpload(
            physical_address=address, parts=parts))
    assert main.object("joined").reader().read() == source[10:] + b"tail"


def test_uploads_are_refused_and_dropped(api, repo, experimental):
    upload = experimental.create_presign_multipart_upload(repo, "main", "big", parts=1)
    tag = put(upload.presigned_urls[0], b"x").headers["ETag"]

    def complete(address, parts, path="big"):
        return api.request(
            "PUT", f"/repositories/{repo}/branches/main/staging/pmpu/{upload.upload_id}?path={path}",
            json={"physical_address": address, "parts": parts}).status_code

    one = [{"part_number": 1, "etag": tag}]
    assert complete(upload.physical_address, []) == 400
    assert complete(upload.physical_address, [{"part_number": 2, "etag": tag}]) == 400
    assert complete(upload.physical_address, [{"part_number": 1, "etag": "0" * 64}]) == 400
    assert complete(upload.physical_address, one, path="other") == 400
    assert complete(f"{api.namespace}{repo}/data/x", one) == 400
    experimental.abort_presign_multipart_upload(
        repo, "main", upload.upload_id, "big",
        abort_presign_multipart_upload=lakefs_sdk.AbortPresignMultipartUpload(
            physical_address=upload.physical_address))
    assert complete(upload.physical_address, one) == 404
    path = f"/repositories/{repo}/branches/none/staging/pmpu?path=a"
    assert api.request("POST", path).status_code == 404


def test_underlying_properties(api, repo, main):
    main.object("a").upload(data=b"a")
    answer = api.request("GET", f"/repositories/{repo}/refs/main/objects/underlyingProperties?path=a")
    assert (answer.status_code, answer.json()) == (200, {"storage_class": None})
