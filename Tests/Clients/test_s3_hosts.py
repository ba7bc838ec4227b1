"""Buckets in hosts' names, over TLS, through programs that resolve names themselves: a proxy finds all of them here."""

import contextlib
import os
import pathlib
import socket
import subprocess
import threading
from urllib.parse import urlsplit

import pytest
from conftest import REGION, fresh_name
from test_s3_signatures import authority, secure  # noqa: F401 - fixtures


def relay(source, target):
    with contextlib.suppress(OSError):
        while piece := source.recv(1 << 16):
            target.sendall(piece)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def proxy():
    """A proxy that takes CONNECT for any host to 127.0.0.1; its address, and the hosts it was asked for."""
    hosts = set()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection):
        with connection, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(1 << 16)
                if not piece:
                    return
                head += piece
            method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
            host, _, port = target.rpartition(":")
            assert method == "CONNECT"
            hosts.add(host)
            with socket.create_connection(("127.0.0.1", int(port))) as upstream:
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                thread = threading.Thread(target=relay, args=(upstream, connection), daemon=True)
                thread.start()
                relay(connection, upstream)
                thread.join()

    def accept():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield f"127.0.0.1:{listener.getsockname()[1]}", hosts
    listener.close()


@pytest.fixture
def run(authority, proxy, tmp_path):  # noqa: F811
    """Runs a program with keys, authority and proxy in its environment."""

    def run(*command, **variables):
        config = tmp_path / "aws-config"
        config.write_text(f"[default]\nregion = {REGION}\ns3 =\n  addressing_style = virtual\n")
        kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=120, env={
                **kept, "HTTPS_PROXY": f"http://{proxy[0]}", "AWS_CONFIG_FILE": str(config),
                "AWS_CA_BUNDLE": str(authority / "ca.pem"), **variables})
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def bucket(run, secure):  # noqa: F811
    name = fresh_name("bucket")
    run("aws", "--endpoint-url", secure, "s3", "mb", f"s3://{name}")
    yield name
    run("aws", "--endpoint-url", secure, "s3", "rm", "--recursive", "--only-show-errors", f"s3://{name}/main/")
    run("aws", "--endpoint-url", secure, "s3", "rb", f"s3://{name}")


def test_awscli(run, secure, proxy, bucket, tmp_path):  # noqa: F811
    (tmp_path / "a é+b").write_bytes(os.urandom(9 << 20))
    aws = ("aws", "--endpoint-url", secure, "s3")
    run(*aws, "cp", "--only-show-errors", str(tmp_path / "a é+b"), f"s3://{bucket}/main/x/a é+b")
    run(*aws, "sync", "--only-show-errors", f"s3://{bucket}/main/x", str(tmp_path / "back"))
    assert (tmp_path / "back" / "a é+b").read_bytes() == (tmp_path / "a é+b").read_bytes()
    assert run(*aws, "ls", f"s3://{bucket}/").split() == ["PRE", "main/"]
    assert f"{bucket}.s3.localhost" in proxy[1]


def test_rclone(run, secure, authority, proxy, bucket, tmp_path):  # noqa: F811
    (tmp_path / "tree").mkdir()
    for name in ("a", "b é%"):
        (tmp_path / "tree" / name).write_bytes(os.urandom(10_000))
    remote = {
        "TYPE": "s3", "PROVIDER": "Other", "ENDPOINT": secure, "REGION": REGION, "FORCE_PATH_STYLE": "false",
        "ENV_AUTH": "true"}
    variables = {f"RCLONE_CONFIG_TARN_{name}": value for name, value in remote.items()}
    rclone = ("rclone", "--config", os.devnull, "--retries", "1", "--ca-cert", str(authority / "ca.pem"))
    proxy[1].clear()
    run(*rclone, "sync", str(tmp_path / "tree"), f"tarn:{bucket}/main/tree", **variables)
    run(*rclone, "check", "--download", str(tmp_path / "tree"), f"tarn:{bucket}/main/tree", **variables)
    assert proxy[1] == {f"{bucket}.s3.localhost"}


@pytest.mark.parametrize("style", ["vhost", "path"])
def test_duckdb(secure, authority, proxy, bucket, style):  # noqa: F811
    import duckdb
    import duckdb_extension_httpfs

    connection = duckdb.connect()
    folder = pathlib.Path(duckdb_extension_httpfs.__file__).parent
    connection.load_extension(str(next(folder.rglob("httpfs.duckdb_extension"))))
    connection.execute(f"SET http_proxy = '{proxy[0]}'")
    connection.execute("SET enable_server_cert_verification = true")
    connection.execute(f"SET ca_cert_file = '{authority / 'ca.pem'}'")
    connection.execute(f"""
        CREATE SECRET (TYPE s3, KEY_ID '{os.environ["AWS_ACCESS_KEY_ID"]}', REGION '{REGION}', URL_STYLE '{style}',
            SECRET '{os.environ["AWS_SECRET_ACCESS_KEY"]}', ENDPOINT '{urlsplit(secure).netloc}', USE_SSL true)""")
    proxy[1].clear()
    connection.execute(f"""COPY (SELECT i AS id, i % 2 AS part FROM range(1000) AS r(i))
                           TO 's3://{bucket}/main/events' (FORMAT parquet, PARTITION_BY (part))""")
    rows = connection.execute(f"SELECT sum(id) FROM 's3://{bucket}/main/events/*/*.parquet'").fetchall()
    assert rows == [(499_500,)]
    assert proxy[1] == {f"{bucket}.s3.localhost" if style == "vhost" else "s3.localhost"}
    connection.close()


@pytest.mark.parametrize("style", ["true", "false"])
def test_polars_and_deltalake(run, secure, authority, proxy, bucket, style):  # noqa: F811
    """Clients written in Rust; in a process of their own, for they read their proxy from its environment."""
    import sys

    proxy[1].clear()
    endpoint = secure.replace("://", f"://{bucket}.") if style == "true" else secure
    text = f"""
import polars as pl
from deltalake import DeltaTable, write_deltalake
options = {{"aws_endpoint_url": "{endpoint}", "aws_region": "{REGION}", "aws_virtual_hosted_style_request": "{style}"}}
write_deltalake("s3://{bucket}/main/table", pl.DataFrame({{"id": [1, 2]}}).to_arrow(), storage_options=options)
print(pl.scan_parquet("s3://{bucket}/main/table/*.parquet", storage_options=options).collect()["id"].sum())
print(DeltaTable("s3://{bucket}/main/table", storage_options=options).version())
"""
    assert run(sys.executable, "-c", text, SSL_CERT_FILE=str(authority / "ca.pem")).split() == ["3", "0"]
    assert proxy[1] == {f"{bucket}.s3.localhost" if style == "true" else "s3.localhost"}
