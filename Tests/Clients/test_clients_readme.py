"""What the README tells of clients works as it stands there, but for names."""

import os
import pathlib
import re
import subprocess
import sys

import duckdb
import duckdb_extension_httpfs

from conftest import S3_ENDPOINT

TEXT = (pathlib.Path(__file__).resolve().parents[2] / "README.md").read_text()


def blocks(section, language):
    body = re.search(rf"^### {section}\n(.*?)^##", TEXT, re.S | re.M).group(1)
    return re.findall(rf"^```({language})\n(.*?)^```", body, re.S | re.M)


def run(language, text, folder):
    environment = {**os.environ, "RCLONE_CONFIG": os.devnull}
    if "s3fs" in text:
        environment["PYTHONPATH"] = f"{sys.prefix}/s3fs"
    command = [sys.executable, "-c"] if language == "python" else ["bash", "-euc"]
    done = subprocess.run(
        [*command, text], cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, text + done.stderr
    return done.stdout


def test_snippets(repo, tmp_path):
    """Those of the section on other clients run one behind the other: the first writes what others read."""
    outputs = [
        run(language, re.sub(r'(?<=[/":])lake/', repo + "/", text), tmp_path)
        for language, text in blocks("Other clients", "python|sh")]
    assert len(outputs) == 6
    assert "tue" in outputs[1]
    assert outputs[2].strip() == "0"
    assert sorted(path.suffix for path in (tmp_path / "events").rglob("*") if path.is_file()) == [".parquet"] * 2
    assert outputs[5].count(".parquet") == 2


def test_sql(s3, repo):
    """DuckDB takes the secret that is shown, and reads by it."""
    (_, text), = blocks("A first repository", "sql")
    assert text.count("…") == 2
    for value in (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]):
        text = text.replace("…", value, 1)
    text = text.replace("127.0.0.1:8001", S3_ENDPOINT.split("://")[1]).replace("s3://lake/", f"s3://{repo}/")
    connection = duckdb.connect()
    folder = pathlib.Path(duckdb_extension_httpfs.__file__).parent
    connection.load_extension(str(next(folder.rglob("httpfs.duckdb_extension"))))
    secret, query = text.strip().rstrip(";").split(";", 1)
    connection.execute(secret)
    connection.execute(f"COPY (SELECT 1 AS id) TO 's3://{repo}/main/events/a/b.parquet'")
    assert connection.execute(query).fetchall() == [(1,)]
