"""Tables of Delta Lake. Its log rests on puts that must not replace anything: a commit is lost where one does."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from deltalake import CommitProperties, DeltaTable, write_deltalake


def test_partitioned_table(storage, days, repo, publish):
    """A table that is written on a branch, appended to and changed is read on the default one after a merge."""
    path = f"s3://{repo}/work/events"
    write_deltalake(path, days, partition_by=["day"], storage_options=storage)
    write_deltalake(path, days.slice(0, 30), mode="append", storage_options=storage)
    table = DeltaTable(path, storage_options=storage)
    table.delete("day = '2026-11-01'")
    table.optimize.compact()
    table.create_checkpoint()
    publish()
    merged = DeltaTable(f"s3://{repo}/main/events", storage_options=storage)
    assert merged.version() == table.version() == 3
    assert merged.to_pyarrow_table().num_rows == 2_020
    before = DeltaTable(f"s3://{repo}/main/events", version=1, storage_options=storage)
    assert before.to_pyarrow_table().num_rows == 3_030


def test_concurrent_writers(storage, repo, work):
    """Eight writers append to one table at once: every commit that was told to have succeeded is in it."""
    path = f"s3://{repo}/work/table"
    write_deltalake(path, pa.table({"writer": [-1], "row": [0]}), storage_options=storage)
    writers, rows = 8, 5
    start = threading.Barrier(writers)

    def write(writer):
        start.wait()
        for row in range(rows):
            # A loser tries again, of its own accord only 15 times.
            write_deltalake(
                path, pa.table({"writer": [writer], "row": [row]}), mode="append", storage_options=storage,
                commit_properties=CommitProperties(max_commit_retries=200))

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    table = DeltaTable(path, storage_options=storage)
    assert table.version() == writers * rows
    found = sorted((row["writer"], row["row"]) for row in table.to_pyarrow_table().to_pylist())
    assert found == sorted([(-1, 0), *((writer, row) for writer in range(writers) for row in range(rows))])


def test_merge_and_vacuum(storage, repo, work):
    """Rows are merged into a table and what no version needs is removed; the commit before still has it."""
    path = f"s3://{repo}/work/table"
    write_deltalake(path, pa.table({"id": [1, 2], "text": ["a", "b"]}), storage_options=storage)
    work.commit("first")
    table = DeltaTable(path, storage_options=storage)
    (table.merge(pa.table({"id": [2, 3], "text": ["B", "C"]}), "t.id = s.id", source_alias="s", target_alias="t")
     .when_matched_update_all().when_not_matched_insert_all().execute())
    removed = table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    assert removed
    texts = sorted(DeltaTable(path, storage_options=storage).to_pyarrow_table()["text"].to_pylist())
    assert texts == ["B", "C", "a"]
    earlier = DeltaTable(f"s3://{repo}/work@/table", storage_options=storage).to_pyarrow_table()
    assert sorted(earlier["text"].to_pylist()) == ["a", "b"]


def test_no_table(storage, repo, work):
    """A folder without a log is no table."""
    with pytest.raises(Exception):
        DeltaTable(f"s3://{repo}/work/none", storage_options=storage)
