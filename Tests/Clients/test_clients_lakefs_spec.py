"""lakefs-spec, the file system of fsspec over the REST API, by itself, with pandas and with polars."""

import pytest

import conftest


@pytest.fixture
def options(api):
    return {"host": conftest.ENDPOINT, "username": api.key, "password": api.secret}


@pytest.fixture
def files(options):
    from lakefs_spec import LakeFSFileSystem

    return LakeFSFileSystem(**options, skip_instance_cache=True, use_listings_cache=False)


def test_partitioned_dataset(repo, publish, options):
    """pandas writes a partitioned data set on a branch and reads it on the default one after a merge."""
    import pandas as pd

    frame = pd.DataFrame({"day": [f"2026-11-0{row % 3 + 1}" for row in range(300)], "id": range(300)})
    frame.to_parquet(f"lakefs://{repo}/work/events", partition_cols=["day"], storage_options=options)
    frame.to_csv(f"lakefs://{repo}/work/a.csv.gz", index=False, storage_options=options)
    publish()
    read = pd.read_parquet(f"lakefs://{repo}/main/events", storage_options=options)
    assert sorted(read["id"]) == list(range(300))
    filtered = pd.read_parquet(
        f"lakefs://{repo}/main/events", filters=[("day", "==", "2026-11-02")], storage_options=options)
    assert len(filtered) == 100
    assert len(pd.read_csv(f"lakefs://{repo}/main/a.csv.gz", storage_options=options)) == 300


def test_file_system(repo, main, files, tmp_path):
    with files.open(f"{repo}/main/dir/a b.txt", "w") as file:
        file.write("hello")
    files.pipe(f"{repo}/main/dir/sub/é+%2F.bin", b"\0" * 70_000)
    assert files.cat(f"{repo}/main/dir/a b.txt") == b"hello"
    assert files.cat_file(f"{repo}/main/dir/a b.txt", start=1, end=3) == b"el"
    info = files.info(f"lakefs://{repo}/main/dir/a b.txt")
    assert (info["type"], info["size"]) == ("file", 5)
    assert files.info(f"{repo}/main/dir")["type"] == "directory"
    assert files.isdir(f"{repo}/main/dir/") and not files.exists(f"{repo}/main/none") and not files.exists(f"{repo}/none/a")
    assert sorted(files.ls(f"{repo}/main/dir/", detail=False)) == [f"{repo}/main/dir/a b.txt", f"{repo}/main/dir/sub/"]
    assert files.glob(f"{repo}/main/dir/**/*.bin") == [f"{repo}/main/dir/sub/é+%2F.bin"]
    assert len(files.find(f"{repo}/main/")) == 2 and files.du(f"{repo}/main/dir") == 70_005
    # The same content is not sent again: it compares MD5s.
    (tmp_path / "a").write_bytes(b"hello")
    before = main.object("dir/a b.txt").stat().mtime, main.object("dir/a b.txt").stat().physical_address
    files.put_file(str(tmp_path / "a"), f"{repo}/main/dir/a b.txt")
    assert (main.object("dir/a b.txt").stat().mtime, main.object("dir/a b.txt").stat().physical_address) == before
    (tmp_path / "a").write_bytes(b"other")
    files.put_file(str(tmp_path / "a"), f"{repo}/main/dir/a b.txt")
    assert main.object("dir/a b.txt").stat().physical_address != before[1]
    files.get_file(f"{repo}/main/dir/a b.txt", str(tmp_path / "b"))
    assert (tmp_path / "b").read_bytes() == b"other" == files.cat(f"{repo}/main/dir/a b.txt")
    files.cp_file(f"{repo}/main/dir/a b.txt", f"{repo}/main/copy")
    assert files.cat(f"{repo}/main/copy") == b"other" and files.checksum(f"{repo}/main/copy") == files.checksum(f"{repo}/main/dir/a b.txt")
    files.rm(f"{repo}/main/dir/", recursive=True)
    assert files.find(f"{repo}/main/") == [f"{repo}/main/copy"]
    with pytest.raises(FileNotFoundError):
        files.cat(f"{repo}/main/dir/a b.txt")


def test_a_transaction_is_whole_or_not_at_all(repo, repository, main, files):
    with files.transaction(repo, "main") as changes:
        files.pipe(f"{repo}/{changes.branch.id}/a", b"1")
        changes.commit("the first", metadata={"k": "v"})
        files.pipe(f"{repo}/{changes.branch.id}/b", b"2")
        changes.tag(changes.commit("the second"), "v1")
        assert not files.exists(f"{repo}/main/a")
    assert files.cat(f"{repo}/main/a") == b"1" and files.cat(f"{repo}/v1/b") == b"2"
    assert [branch.id for branch in repository.branches()] == ["main"]
    messages = [commit.message for commit in main.log()]
    assert {"the first", "the second"} <= set(messages)
    with pytest.raises(RuntimeError, match="out of paper"):
        with files.transaction(repo, "main") as changes:
            files.pipe(f"{repo}/{changes.branch.id}/a", b"other")
            raise RuntimeError("out of paper")
    assert files.cat(f"{repo}/main/a") == b"1"
    assert [commit.message for commit in main.log()] == messages


def test_a_csv_by_polars(repo, work, files):
    import polars as pl

    with files.open(f"{repo}/work/a.csv", "wb") as file:
        pl.DataFrame({"id": range(1000)}).write_csv(file)
    with files.open(f"{repo}/work/a.csv") as file:
        assert pl.read_csv(file)["id"].sum() == 499_500
