"""Iceberg's tables: the warehouse is a branch, the catalog a file of the test's own."""

import os

import pytest
from pyarrow import fs
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import EqualTo
from pyiceberg.table import StaticTable
from pyiceberg.types import LongType

from conftest import REGION, S3_ENDPOINT


@pytest.fixture
def properties():
    return {
        "s3.endpoint": S3_ENDPOINT, "s3.region": REGION, "s3.access-key-id": os.environ["AWS_ACCESS_KEY_ID"],
        "s3.secret-access-key": os.environ["AWS_SECRET_ACCESS_KEY"]}


@pytest.fixture
def catalog(properties, repo, work, tmp_path):
    catalog = SqlCatalog(
        "test", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"s3://{repo}/work/warehouse", **properties)
    catalog.create_namespace("lake")
    yield catalog
    catalog.close()


def test_partitioned_table(catalog, days, repo, publish, properties, arrow):
    """A partitioned table is written, changed and read back; its files are all on the default branch after a merge."""
    table = catalog.create_table("lake.events", schema=days.schema)
    with table.update_spec() as update:
        update.add_identity("day")
    table.append(days)
    first = table.current_snapshot().snapshot_id
    table.append(days.slice(0, 30))
    table.delete(EqualTo("day", "2026-11-01"))
    assert table.scan().count() == 2_020
    assert table.scan(row_filter="day == '2026-11-02'", selected_fields=("id",)).to_arrow().num_rows == 1_010
    assert table.scan(snapshot_id=first).to_arrow().sort_by("id").equals(
        days.cast(table.scan(snapshot_id=first).to_arrow().schema))
    publish()
    # Its metadata names files by the branch they were written on; those of the default branch are the same bytes.
    metadata = table.metadata_location.replace("/work/", "/main/")
    assert StaticTable.from_metadata(metadata, properties).scan().count() == 2_020
    for file in table.inspect.all_files()["file_path"].to_pylist():
        merged = file.removeprefix("s3://").replace("/work/", "/main/", 1)
        assert arrow.get_file_info(merged).size == arrow.get_file_info(file.removeprefix("s3://")).size > 0


def test_schema_and_drop(catalog, days, repo, arrow):
    """A column is added, the table is overwritten, and purging it deletes its files."""
    table = catalog.create_table("lake.events", schema=days.schema)
    table.append(days)
    with table.update_schema() as update:
        update.add_column("more", LongType())
    table.overwrite(days.slice(0, 5).append_column("more", [[1, 2, 3, 4, 5]]))
    assert catalog.load_table("lake.events").scan().to_arrow()["more"].to_pylist() == [1, 2, 3, 4, 5]
    catalog.purge_table("lake.events")
    left = arrow.get_file_info(fs.FileSelector(f"{repo}/work/warehouse", recursive=True, allow_not_found=True))
    assert not [row.path for row in left if row.is_file and row.extension == "parquet"]
