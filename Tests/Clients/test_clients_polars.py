"""polars, by its own readers and writers of object stores."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal


def test_partitioned_dataset(storage, days, repo, publish):
    """A partitioned data set that is written on a branch is scanned on the default one after a merge, by globs too."""
    frame = pl.from_arrow(days)
    frame.write_parquet(f"s3://{repo}/work/events/", partition_by="day", storage_options=storage)
    with pytest.raises(Exception):
        pl.scan_parquet(f"s3://{repo}/main/events/", storage_options=storage).collect()
    publish()
    read = pl.scan_parquet(f"s3://{repo}/main/events/", storage_options=storage, hive_partitioning=True)
    assert_frame_equal(read.select("id", "text").sort("id").collect(), frame.select("id", "text"))
    assert read.filter(pl.col("id") < 30).select(pl.len()).collect().item() == 30
    matched = pl.scan_parquet(f"s3://{repo}/main/events/day=2026-11-0[12]/*.parquet", storage_options=storage)
    assert matched.select(pl.len()).collect().item() == 2_000


def test_streams(storage, days, repo, work):
    """A query that is streamed into an object replaces it as a whole; CSV and lines of JSON are read too."""
    frame = pl.from_arrow(days)
    for _ in range(2):
        frame.lazy().sink_parquet(f"s3://{repo}/work/a.parquet", storage_options=storage)
    assert_frame_equal(pl.read_parquet(f"s3://{repo}/work/a.parquet", storage_options=storage), frame)
    frame.lazy().sink_csv(f"s3://{repo}/work/a.csv", storage_options=storage)
    read = pl.scan_csv(f"s3://{repo}/work/*.csv", storage_options=storage).collect()
    assert_frame_equal(read.select("id", "text"), frame.select("id", "text"))
    frame.lazy().sink_ndjson(f"s3://{repo}/work/a.jsonl", storage_options=storage)
    assert_frame_equal(pl.scan_ndjson(f"s3://{repo}/work/a.jsonl", storage_options=storage).collect(), frame)
