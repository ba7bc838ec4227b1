"""Arrow's S3 file system."""

from pyarrow import parquet


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
