"""DuckDB with its extension for S3, which comes as a package: DuckDB itself would fetch it from the network."""

import duckdb
import pytest


def test_partitioned_dataset(sql, repo, publish):
    """A partitioned data set that is written on a branch is queried by globs on the default one after a merge."""
    sql(f"""COPY (SELECT i AS id, i % 3 AS part, 'é ' || i AS text FROM range(3000) AS r(i))
            TO 's3://{repo}/work/events' (FORMAT parquet, PARTITION_BY (part))""")
    with pytest.raises(duckdb.IOException, match="No files found"):
        sql(f"FROM 's3://{repo}/main/events/**/*.parquet'")
    publish()
    events = f"read_parquet('s3://{repo}/main/events/**/*.parquet', hive_partitioning = true)"
    assert sql(f"SELECT part, count(*), sum(id) FROM {events} GROUP BY part ORDER BY part") == [
        (0, 1_000, 1_498_500), (1, 1_000, 1_499_500), (2, 1_000, 1_500_500)]
    assert sql(f"SELECT text FROM {events} WHERE id = 17 AND part = 2") == [("é 17",)]
    assert len(sql(f"SELECT file FROM glob('s3://{repo}/main/events/part=[01]/*')")) == 2
    assert sql(f"SELECT count(*) FROM 's3://{repo}/main/events/*/*.parquet' WHERE id < 10") == [(10,)]


def test_branches_are_compared(sql, repo, work, main):
    """One query reads two branches, and a commit by its expression."""
    sql(f"COPY (SELECT 1 AS id) TO 's3://{repo}/work/a.csv' (HEADER)")
    work.commit("one")
    work.merge_into(main)
    sql(f"COPY (SELECT unnest([1, 2]) AS id) TO 's3://{repo}/work/a.csv' (HEADER)")
    new = f"FROM 's3://{repo}/work/a.csv' EXCEPT FROM 's3://{repo}/"
    assert sql(new + "main/a.csv'") == sql(new + "work@/a.csv'") == [(2,)]


def test_large_file(sql, repo, work):
    """A file of many parts is written and read back."""
    sql(f"""COPY (SELECT i, hash(i) AS h, hash(i + 1) AS h2 FROM range(1500000) AS r(i))
            TO 's3://{repo}/work/large.parquet' (COMPRESSION uncompressed)""")
    assert sql(f"SELECT count(*), bit_xor(h) = (SELECT bit_xor(hash(i)) FROM range(1500000) AS r(i)) "
               f"FROM 's3://{repo}/work/large.parquet'") == [(1_500_000, True)]
    assert sql(f"SELECT octet_length(content) > 20000000 FROM read_blob('s3://{repo}/work/large.parquet')") == [(True,)]
