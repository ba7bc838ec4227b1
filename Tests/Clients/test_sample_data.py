"""A repository made with sample data: what real clients find in it."""

import csv
import io
import json
import xml.etree.ElementTree

import lakefs
import pytest
from conftest import fresh_name


@pytest.fixture(scope="module")
def sample(api):
    name = fresh_name("sample")
    repository = lakefs.Repository(name, client=api.client).create(
        storage_namespace=api.namespace + name, include_samples=True)
    yield repository
    repository.delete()


def read(repository, path):
    return repository.branch("main").object(path).reader(mode="rb").read()


def test_it_is_one_commit_on_a_protected_branch(api, sample):
    main = sample.branch("main")
    assert list(main.uncommitted()) == []
    messages = [commit.message for commit in main.log()]
    assert messages == ["Add sample data", "Repository created"]
    assert next(iter(main.log())).committer == api.sdk.auth_api.get_current_user().user.id
    path = f"/repositories/{sample.id}/branches/main/objects?path=more"
    assert api.request("POST", path, data=b"x").status_code == 403
    # Work goes on a branch of one's own.
    work = sample.branch(fresh_name("work")).create("main")
    work.object("README.md").upload(data=b"other")
    work.object("lakes.parquet").delete()
    work.commit("Change it")
    assert [(change.type, change.path) for change in main.diff(other_ref=work)] == [
        ("changed", "README.md"), ("removed", "lakes.parquet")]


def test_every_kind_of_file_is_what_it_seems(sample):
    rows = list(sample.branch("main").objects())
    assert 100_000 < sum(row.size_bytes for row in rows) < 1_000_000
    kinds = set()
    for row in rows:
        data = read(sample, row.path)
        assert len(data) == row.size_bytes
        kinds.add((row.path.rsplit(".", 1)[1], sample.branch("main").object(row.path).stat().content_type))
        if row.path.endswith(".svg"):
            assert xml.etree.ElementTree.fromstring(data).tag.endswith("svg")
        elif row.path.endswith(".png"):
            assert data.startswith(b"\x89PNG") and data.endswith(b"IEND\xaeB`\x82")
        elif row.path.endswith(".csv"):
            table = list(csv.DictReader(io.StringIO(data.decode())))
            assert len(table) > 40 and {"station", "lake"} <= set(table[0])
        elif row.path.endswith(".json"):
            assert all(json.loads(line)["lake"] for line in data.decode().splitlines())
    assert kinds == {
        ("md", "text/markdown"), ("csv", "text/csv"), ("json", "application/json"), ("png", "image/png"),
        ("svg", "image/svg+xml"), ("parquet", "application/vnd.apache.parquet")}


def test_arrow_reads_the_lakes_over_s3(sample, arrow):
    import pyarrow.parquet as pq

    lakes = pq.read_table(f"{sample.id}/main/lakes.parquet", filesystem=arrow).to_pylist()
    assert len(lakes) == 40
    assert max(lakes, key=lambda lake: lake["max_depth_m"])["name"] == "Baikal"


def test_arrow_reads_the_measurements_as_a_dataset(sample, arrow):
    import pyarrow.dataset as ds

    data = ds.dataset(f"{sample.id}/main/measurements", filesystem=arrow, format="parquet", partitioning="hive")
    assert data.count_rows() == 40 * 365
    july = data.to_table(filter=(ds.field("month") == 7) & (ds.field("lake") == "Geneva"))
    assert july.num_rows == 31
    assert all(10 < warmth < 30 for warmth in july["temperature_c"].to_pylist())


def test_the_queries_of_its_readme_run(sample, sql):
    """As the readme has them, but for the repository's name."""
    text = read(sample, "README.md").decode()
    queries = text.split("```sql\n")[1].split("```")[0].replace("REPOSITORY", sample.id).split(";")
    first, second = (sql(query) for query in queries if query.strip())
    assert first[0] == ("Russia", 3, 1642)
    assert len(second) == 40 * 12


def test_there_is_none_in_a_bare_or_read_only_repository(api):
    name = fresh_name()
    body = {"name": name, "storage_namespace": api.namespace + name, "sample_data": True}
    assert api.request("POST", "/repositories?bare=true", json=body).status_code == 400
    assert api.request("POST", "/repositories", json={**body, "read_only": True}).status_code == 400
    assert api.request("GET", f"/repositories/{name}").status_code == 404
