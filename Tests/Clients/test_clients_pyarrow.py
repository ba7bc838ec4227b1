"""Arrow's S3 file system, and data sets in it."""

import pyarrow.dataset as ds
import pytest
from pyarrow import fs, parquet


def test_partitioned_dataset(arrow, days, repo, work, publish):
    """A partitioned data set that is written on a branch is read on the default one after a merge, not before."""
    folder = f"{repo}/work/events"
    ds.write_dataset(
        days, folder, filesystem=arrow, format="parquet",
        partitioning=ds.partitioning(days.select(["day"]).schema, flavor="hive"))
    assert arrow.get_file_info(f"{repo}/main/events").type == fs.FileType.NotFound
    publish()
    read = ds.dataset(f"{repo}/main/events", filesystem=arrow, partitioning="hive")
    assert len(read.files) == 3
    assert read.to_table().select(days.column_names).sort_by("id").equals(days)
    assert read.count_rows(filter=ds.field("day") == "2026-11-02") == 1_000


def test_dataset_is_replaced(arrow, days, repo, work):
    """Writing a partition again deletes what it held before; the commit still holds it."""
    options = {
        "filesystem": arrow, "format": "parquet", "existing_data_behavior": "delete_matching",
        "partitioning": ds.partitioning(days.select(["day"]).schema, flavor="hive")}
    ds.write_dataset(days, f"{repo}/work/events", basename_template="old-{i}.parquet", **options)
    work.commit("old")
    ds.write_dataset(days.slice(0, 1), f"{repo}/work/events", basename_template="new-{i}.parquet", **options)

    def rows(reference):
        return ds.dataset(f"{repo}/{reference}/events", filesystem=arrow, partitioning="hive").count_rows()

    assert (rows("work"), rows("work@")) == (2_001, 3_000)


def test_file_system(arrow, repo, work):
    """Files are listed, moved, copied and deleted, folders made and deleted, as in a file system."""
    base = f"{repo}/work"
    for name in ("a/1", "a/b/2", "c"):
        with arrow.open_output_stream(f"{base}/{name}", metadata={"Content-Type": "text/x"}) as file:
            file.write(name.encode())

    def listed(folder):
        selector = fs.FileSelector(f"{base}/{folder}", recursive=True)
        return sorted(row.path.removeprefix(base + "/") for row in arrow.get_file_info(selector) if row.is_file)

    assert listed("") == ["a/1", "a/b/2", "c"]
    assert arrow.get_file_info(f"{base}/a").type == fs.FileType.Directory
    assert arrow.get_file_info(f"{base}/c").size == 1
    arrow.move(f"{base}/c", f"{base}/d e+f")
    arrow.copy_file(f"{base}/a/1", f"{base}/a/é")
    assert listed("") == ["a/1", "a/b/2", "a/é", "d e+f"]
    with arrow.open_input_stream(f"{base}/a/é") as file:
        assert file.metadata()["Content-Type"] == b"text/x"
    arrow.create_dir(f"{base}/made/deep", recursive=True)
    assert arrow.get_file_info(f"{base}/made/deep").type == fs.FileType.Directory
    arrow.delete_dir_contents(f"{base}/a")
    arrow.delete_dir(f"{base}/made")
    assert listed("") == ["d e+f"]
    with pytest.raises(FileNotFoundError):
        arrow.open_input_file(f"{base}/c")


def test_large_file(arrow, repo, work, days):
    """A file of many parts is read by ranges, and as Parquet by columns."""
    body = bytes(range(256)) * (100 << 10)
    with arrow.open_output_stream(f"{repo}/work/large") as file:
        for at in range(0, len(body), 3 << 20):
            file.write(body[at:at + (3 << 20)])
    with arrow.open_input_file(f"{repo}/work/large") as file:
        assert (file.size(), file.read_at(300, 20_000_001)) == (len(body), body[20_000_001:20_000_301])
        assert file.read() == body
    parquet.write_table(days, f"{repo}/work/days.parquet", filesystem=arrow, row_group_size=100)
    read = parquet.read_table(f"{repo}/work/days.parquet", filesystem=arrow, columns=["id"])
    assert read.equals(days.select(["id"]))
