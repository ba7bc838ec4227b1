"""Dumps and restores of references, commits made elsewhere, and trees by their ids, by the official SDK."""

import hashlib
import time

import lakefs
import lakefs_sdk
import pytest
from conftest import fresh_name
from installation import HOME
from lakefs_sdk.exceptions import ApiException, BadRequestException, NotFoundException


@pytest.fixture
def repositories(api):
    return lakefs_sdk.RepositoriesApi(api.sdk._api)


@pytest.fixture
def internal(api):
    return lakefs_sdk.InternalApi(api.sdk._api)


@pytest.fixture
def commits(api):
    return lakefs_sdk.CommitsApi(api.sdk._api)


@pytest.fixture
def lake(repository, main):
    """A repository with history: branches that came together, a hidden one, tags, and something staged."""
    for number in range(20):
        main.object(f"data/{number}").upload(data=f"content {number}".encode(), metadata={"n": str(number)})
    main.commit("first", metadata={"k": "v"})
    repository.tag("v1.0").create("main")
    dev = repository.branch("dev").create("main")
    dev.object("data/3").upload(data=b"changed")
    dev.commit("on dev")
    dev.merge_into("main")
    repository.branch("aside").create("dev", hidden=True)
    main.object("staged").upload(data=b"not committed")
    return repository


@pytest.fixture
def bare(api, repository, repositories):
    """Makes bare repositories in the namespace of the test's own."""
    made = []

    def make(name=None):
        name = name or fresh_name("bare")
        repositories.create_repository(
            lakefs_sdk.RepositoryCreation(name=name, storage_namespace=repository.properties.storage_namespace), bare=True)
        made.append(name)
        return lakefs.Repository(name, client=api.client)

    yield make
    for name in made:
        api.request("DELETE", f"/repositories/{name}?force=true")


def wait(status, repo, task):
    for _ in range(600):
        state = status(repo, task.id)
        if state.done:
            return state
        time.sleep(0.1)
    raise AssertionError("the task does not end")


def dump(repositories, repo):
    state = wait(repositories.dump_status, repo, repositories.dump_submit(repo))
    assert state.error is None and state.update_time is not None
    return state.refs


def restore(repositories, repo, refs):
    body = lakefs_sdk.RefsRestore(**refs.to_dict())
    return wait(repositories.restore_status, repo, repositories.restore_submit(repo, body))


def everything(repository):
    """Every reference, commit and object, with the bytes."""
    seen = {}
    for reference in list(repository.branches(show_hidden=True)) + list(repository.tags()):
        head = reference.get_commit()
        seen[f"{type(reference).__name__} {reference.id}"] = head.id
        for commit in repository.ref(head.id).log():
            if commit.id in seen:
                continue
            at = repository.ref(commit.id)
            seen[commit.id] = (
                commit.message, commit.parents, commit.metadata, commit.creation_date, commit.meta_range_id,
                {found.path: (at.object(found.path).reader(mode="rb").read(), found.checksum, found.metadata)
                 for found in at.objects()})
    return seen


def test_a_dumped_repository_is_there_again_under_another_name(lake, bare, repositories):
    copy = bare()
    assert restore(repositories, copy.id, dump(repositories, lake.id)).error is None
    assert everything(copy) == everything(lake)
    assert [branch.id for branch in copy.branches()] == ["dev", "main"]
    assert not copy.branch("main").object("staged").exists()
    # It is a repository like any other.
    copy.branch("main").object("new").upload(data=b"new")
    copy.branch("main").commit("goes on")
    assert copy.branch("main").object("data/3").reader(mode="rb").read() == b"changed"
    assert not lake.branch("main").object("new").exists()
    with pytest.raises(BadRequestException) as caught:
        repositories.restore_submit(copy.id, lakefs_sdk.RefsRestore(**dump(repositories, lake.id).to_dict()))
    assert "can only restore into a bare repository" in caught.value.body


def test_a_dump_outlives_its_repository(lake, bare, repositories, repo):
    refs, before = dump(repositories, repo), everything(lake)
    lake.delete()
    again = bare(repo)
    assert restore(repositories, repo, refs).error is None
    assert everything(again) == before


def test_the_old_calls_wait(lake, bare, internal, repositories):
    refs = internal.dump_refs(lake.id)
    assert refs == dump(repositories, lake.id)
    copy = bare()
    internal.restore_refs(copy.id, lakefs_sdk.RefsRestore(**refs.to_dict()))
    assert everything(copy) == everything(lake)
    other = bare()
    swapped = lakefs_sdk.RefsRestore(
        commits_meta_range_id=refs.tags_meta_range_id, tags_meta_range_id=refs.tags_meta_range_id,
        branches_meta_range_id=refs.branches_meta_range_id)
    with pytest.raises(BadRequestException) as caught:
        internal.restore_refs(other.id, swapped)
    assert "no dump of commits" in caught.value.body


def test_bad_dumps_end_with_an_error(api, lake, bare, repositories):
    copy = bare()
    refs = dump(repositories, lake.id)
    refs.tags_meta_range_id = "0" * 64
    state = restore(repositories, copy.id, refs)
    assert state.done and "0" * 64 in state.error
    refs.tags_meta_range_id = "nonsense"
    with pytest.raises(BadRequestException):
        restore(repositories, copy.id, refs)
    assert list(copy.branches()) == []
    missing = {"tags_meta_range_id": "x", "branches_meta_range_id": "y"}
    assert api.request("POST", f"/repositories/{copy.id}/restore", json=missing).status_code == 400


def test_unknown_tasks_and_those_of_another_kind_are_not_found(lake, bare, repositories):
    task, copy = repositories.dump_submit(lake.id), bare()
    for ask in [
        lambda: repositories.restore_status(lake.id, task.id), lambda: repositories.dump_status(copy.id, task.id),
        lambda: repositories.dump_status(lake.id, "unknown"), lambda: repositories.dump_status("does-not-exist", task.id),
    ]:
        with pytest.raises(NotFoundException):
            ask()
    wait(repositories.dump_status, lake.id, task)


def record_id(committer, message, tree, created, metadata, parents):
    """The hash that a commit's id is, made from its description alone."""
    def integer(value):
        return b"\x02\x08" + value.to_bytes(8, "big", signed=True)

    def text(value):
        return b"\x01" + integer(len(value.encode())) + value.encode()

    pairs = b"\x04" + integer(len(metadata)) + b"".join(text(key) + text(metadata[key]) for key in sorted(metadata))
    nested = hashlib.sha256(b"\x03" + integer(len(parents)) + b"".join(map(text, parents))).digest()
    return hashlib.sha256(
        text("commit:v1") + text(committer) + text(message) + text(tree) + integer(created) + pairs
        + b"\x05\x00" + integer(len(nested)) + nested).hexdigest()


def test_a_commit_made_elsewhere(api, lake, internal):
    head = lake.branch("main").get_commit()
    fields = ("someone", "from afar", head.meta_range_id, 12345, {"b": "2", "a": "1"}, [head.id])

    def record(id=None, **changes):
        body = dict(zip(("committer", "message", "metarange_id", "creation_date", "metadata", "parents"), fields))
        body.update(changes)
        generation = changes.get("generation", api.request("GET", f"/repositories/{lake.id}/commits/main").json()["generation"] + 1)
        body["generation"] = generation
        internal.create_commit_record(
            lake.id, lakefs_sdk.CommitRecordCreation(commit_id=id or record_id(*fields), version=1, **body))

    with pytest.raises(BadRequestException):
        record(id="0" * 64)
    with pytest.raises(BadRequestException):
        record(message="another")
    with pytest.raises(BadRequestException):
        record(generation=99)
    absent = "f" * 64
    for changes in ({"metarange_id": absent}, {"parents": [absent]}):
        changed = dict(zip(("committer", "message", "tree", "created", "metadata", "parents"), fields))
        changed.update({"tree" if key == "metarange_id" else key: value for key, value in changes.items()})
        with pytest.raises(NotFoundException):
            record(id=record_id(*changed.values()), **changes)
    record()
    with pytest.raises(ApiException) as caught:
        record()
    assert caught.value.status == 409
    made = lake.ref(record_id(*fields))
    assert made.get_commit().committer == "someone" and made.get_commit().parents == [head.id]
    branch = lake.branch("theirs").create(made.id)
    assert branch.object("data/3").reader(mode="rb").read() == b"changed"
    assert [commit.id for commit in branch.log(max_amount=2)] == [made.id, head.id]


def test_a_tree_is_committed_as_it_is(api, lake, commits):
    old = lake.ref("v1.0").get_commit()
    target = lake.branch("clean").create("main")
    made = commits.commit(
        lake.id, "clean", lakefs_sdk.CommitCreation(message="as it was"), source_metarange=old.meta_range_id)
    assert made.meta_range_id == old.meta_range_id
    assert target.object("data/3").reader(mode="rb").read() == b"content 3"
    # What is staged would be lost.
    with pytest.raises(BadRequestException) as caught:
        commits.commit(lake.id, "main", lakefs_sdk.CommitCreation(message="m"), source_metarange=old.meta_range_id)
    assert "uncommitted changes" in caught.value.body
    with pytest.raises(NotFoundException):
        commits.commit(lake.id, "clean", lakefs_sdk.CommitCreation(message="m"), source_metarange="0" * 64)
    with pytest.raises(BadRequestException):
        commits.commit(lake.id, "clean", lakefs_sdk.CommitCreation(message="m"), source_metarange="nonsense")
    # The same tree again changes nothing.
    with pytest.raises(BadRequestException) as caught:
        commits.commit(lake.id, "clean", lakefs_sdk.CommitCreation(message="m"), source_metarange=old.meta_range_id)
    assert "no changes" in caught.value.body
    # Another repository's tree is not this one's.
    other = lakefs.Repository(fresh_name(), client=api.client)
    other.create(storage_namespace=api.namespace + other.id)
    with pytest.raises(NotFoundException):
        commits.commit(other.id, "main", lakefs_sdk.CommitCreation(message="m"), source_metarange=old.meta_range_id)
    other.delete()


def test_metadata_objects(api, lake, internal):
    metadata = lakefs_sdk.MetadataApi(api.sdk._api)
    tree = lake.branch("main").get_commit().meta_range_id
    namespace = lake.properties.storage_namespace
    for place in (metadata.get_meta_range(lake.id, tree), metadata.get_range(lake.id, tree)):
        assert place.location == f"{namespace}/_tarn/objects/{tree[:2]}/{tree}"
    raw = api.request("GET", f"/repositories/{lake.id}/metadata/meta_range/{tree}")
    assert raw.headers["Location"] == raw.json()["location"]
    for kind in ("meta_range", "range"):
        node = api.request("GET", f"/repositories/{lake.id}/metadata/object/{kind}/{tree}")
        assert node.headers["Content-Type"] == "application/octet-stream"
        assert hashlib.sha256(node.content).hexdigest() == tree
    assert api.request("GET", f"/repositories/{lake.id}/metadata/object/other/{tree}").status_code == 400
    assert api.request("GET", f"/repositories/{lake.id}/metadata/object/range/{'0' * 64}").status_code == 404
    assert api.request("GET", f"/repositories/{lake.id}/metadata/range/nonsense").status_code == 400
    assert api.request("GET", f"/repositories/does-not-exist/metadata/range/{tree}").status_code == 404
    assert api.request("GET", f"/repositories/{lake.id}/metadata/range/{tree}", auth=False).status_code == 401


def test_lists_of_addresses_for_hive(api, lake, internal):
    def write():
        return internal.create_symlink_file(lake.id, "main", location="data/")

    namespace = lake.properties.storage_namespace
    assert write().location == f"{namespace}/symlinks"
    # Again, over those of before.
    lake.branch("main").object("data/new").upload(data=b"1")
    assert write().location == f"{namespace}/symlinks"
    if namespace.startswith("local://"):
        listed = (HOME / "objects" / namespace[8:] / "symlinks" / lake.id / "main/data/symlink.txt").read_text().split()
        assert listed == [found.physical_address for found in lake.branch("main").objects(prefix="data/")]
    assert api.request("POST", f"/repositories/{lake.id}/refs/none/symlink").status_code == 404
