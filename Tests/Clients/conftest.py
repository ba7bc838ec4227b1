"""What every test with real clients uses: an installation, named by the environment, and a fresh repository."""

import os
import pathlib
import uuid

import boto3
import lakefs
import lakefs_sdk
import pytest
import requests
from balancer import balancer  # noqa: F401 - a fixture
from botocore.config import Config
from contract import Watch
from lakefs.client import Client
from raw_api import raw  # noqa: F401 - a fixture
from secrecy import Secrecy

ENDPOINT = os.environ.get("TARN_ENDPOINT", "http://127.0.0.1:8000").rstrip("/")
S3_ENDPOINT = os.environ.get("TARN_S3_ENDPOINT", "")
REGION = os.environ.get("AWS_DEFAULT_REGION", "us-east-1")
# Where tests may put repositories; asked of the server unless it is set.
NAMESPACE = os.environ.get("TARN_TEST_NAMESPACE", "")


class API:
    """The REST API with an administrator's key: official clients, and requests as raw as a test needs them."""

    def __init__(self):
        self.endpoint = ENDPOINT
        self.base = ENDPOINT + "/api/v1"
        self.key = os.environ["AWS_ACCESS_KEY_ID"]
        self.secret = os.environ["AWS_SECRET_ACCESS_KEY"]
        self.session = requests.Session()
        self.client = self.client_as(self.key, self.secret)
        self.sdk = self.client.sdk_client

    def client_as(self, key, secret):
        """The official client with another key."""
        return Client(host=self.endpoint, username=key, password=secret)

    def client_with_token(self, token):
        return Client(host=self.endpoint, access_token=token)

    def request(self, method, path, auth=True, **arguments):
        """One request; `path` is below the base path. No redirects are followed, nothing is raised."""
        credentials = (self.key, self.secret) if auth is True else (auth or None)
        if credentials is None:
            # Not the session: it would send a login's cookie.
            return requests.request(method, self.base + path, allow_redirects=False, timeout=60, **arguments)
        return self.session.request(
            method, self.base + path, auth=credentials, allow_redirects=False, timeout=60, **arguments)

    @property
    def namespace(self):
        """What a new repository's namespace may begin with; ends in a slash."""
        prefix = NAMESPACE or self.client.storage_config.default_namespace_prefix
        return prefix if prefix.endswith("/") else prefix + "/"


WATCH = Watch(ENDPOINT)
SECRECY = Secrecy()


def pytest_configure(config):
    WATCH.start()
    SECRECY.start()
    SECRECY.add(os.environ["AWS_SECRET_ACCESS_KEY"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """A test fails if an answer it got, or its fixtures, breaks the served document."""
    result = yield
    violations = WATCH.take()
    if violations:
        pytest.fail("answers that break /openapi.json:\n" + "\n".join(violations), pytrace=False)
    return result


# Done before the tests begin, or refused by every installation like this one.
NEVER_DONE = {"setup", "getGroupACL", "setGroupACL", "getUsageReportSummary"}


def untried():
    return sorted(set(WATCH.untried()) - NEVER_DONE)


def pytest_sessionfinish(session):
    """A run of all tests fails if there is an operation that no test has seen succeed; any run, if a secret can be read."""
    asked = [pathlib.Path(argument).resolve() for argument in session.config.args]
    is_whole = asked == [pathlib.Path(__file__).resolve().parent] and not session.config.option.keyword
    if is_whole and session.exitstatus == 0 and untried():
        session.exitstatus = 1
    session.config.told_secrets = SECRECY.violations()
    if session.exitstatus == 0 and session.config.told_secrets:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter, config):
    terminalreporter.write_line(f"{WATCH.seen} answers held against /openapi.json")
    terminalreporter.write_line(
        f"{len(SECRECY.secrets)} secrets looked for in {len(SECRECY.refusals)} refusals and {len(SECRECY.logs())} logs")
    for line in getattr(config, "told_secrets", []):
        terminalreporter.write_line("a secret is told: " + line)
    if names := untried():
        terminalreporter.write_line("operations not seen to succeed: " + ", ".join(names))


@pytest.fixture(scope="session")
def api():
    return API()


@pytest.fixture(scope="session")
def s3():
    """boto3 with its own defaults but for three attempts and paths instead of host names."""
    return boto3.client(
        "s3", endpoint_url=S3_ENDPOINT or None, region_name=REGION,
        config=Config(
            retries={"mode": "standard", "max_attempts": 3}, s3={"addressing_style": "path"},
            max_pool_connections=64))


def fresh_name(prefix="test"):
    return f"{prefix}-{uuid.uuid4().hex[:16]}"


@pytest.fixture
def repository(api):
    """A repository of the test's own, as the official client's object."""
    name = fresh_name()
    repository = lakefs.Repository(name, client=api.client).create(storage_namespace=api.namespace + name)
    yield repository
    try:
        repository.delete()
    except lakefs.exceptions.NotFoundException:
        pass


@pytest.fixture
def repo(repository):
    """The name of a repository of the test's own, which is its bucket too."""
    return repository.id


@pytest.fixture
def main(repository):
    """The default branch of the test's own repository."""
    return repository.branch("main")


@pytest.fixture
def work(repository):
    """A branch to work on, off the default one."""
    return repository.branch("work").create("main")


@pytest.fixture
def publish(work, main):
    """Commits the branch to work on and merges it into the default branch, with the official client."""

    def publish():
        work.commit("work")
        work.merge_into(main)

    return publish


@pytest.fixture(scope="session")
def storage():
    """What clients written in Rust want to be told, deltalake and polars."""
    return {
        "aws_endpoint_url": S3_ENDPOINT, "aws_region": REGION, "aws_allow_http": "true",
        "aws_virtual_hosted_style_request": "false", "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"]}


@pytest.fixture
def sql():
    """A function that runs a statement in DuckDB and returns its rows."""
    import duckdb
    import duckdb_extension_httpfs

    connection = duckdb.connect()
    folder = pathlib.Path(duckdb_extension_httpfs.__file__).parent
    connection.load_extension(str(next(folder.rglob("httpfs.duckdb_extension"))))
    scheme, host = S3_ENDPOINT.split("://")
    connection.execute(f"""
        CREATE SECRET (TYPE s3, KEY_ID '{os.environ["AWS_ACCESS_KEY_ID"]}', REGION '{REGION}', URL_STYLE 'path',
            SECRET '{os.environ["AWS_SECRET_ACCESS_KEY"]}', ENDPOINT '{host}', USE_SSL {scheme == "https"})""")
    yield lambda text: connection.execute(text).fetchall()
    connection.close()


@pytest.fixture(scope="session")
def arrow():
    """Arrow's own S3 file system."""
    from pyarrow import fs

    return fs.S3FileSystem(
        endpoint_override=S3_ENDPOINT, region=REGION, access_key=os.environ["AWS_ACCESS_KEY_ID"],
        secret_key=os.environ["AWS_SECRET_ACCESS_KEY"])


@pytest.fixture(scope="session")
def days():
    """A small table of three days, which tests write in partitions."""
    import pyarrow as pa

    rows = range(3_000)
    return pa.table({
        "day": [f"2026-11-{row % 3 + 1:02}" for row in rows], "id": list(rows), "text": [f"é {row}" for row in rows]})


@pytest.fixture
def objects(api):
    """The generated client's operations on objects."""
    return lakefs_sdk.ObjectsApi(api.sdk._api)
