"""One repository by raw requests to the REST API, with short words for what tests of its rules do most."""

import contextlib
import uuid

import pytest


class RawRepository:
    """Paths are below the repository's. What prepares a test asserts that it worked; `call` asserts nothing."""

    def __init__(self, api, name):
        self.api = api
        self.name = name

    def call(self, method, path, **arguments):
        return self.api.request(method, f"/repositories/{self.name}{path}", **arguments)

    def status(self, method, path, **arguments):
        return self.call(method, path, **arguments).status_code

    def get(self, path, /, **query):
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def done(self, status, method, path, **arguments):
        answer = self.call(method, path, **arguments)
        assert answer.status_code == status, (path, answer.text)
        return answer

    # Writing

    def write(self, branch, files):
        for path, data in files.items():
            self.done(201, "POST", f"/branches/{branch}/objects", params={"path": path}, data=data.encode())

    def remove(self, branch, *paths):
        for path in paths:
            self.done(204, "DELETE", f"/branches/{branch}/objects", params={"path": path})

    def commit(self, branch, message="a commit", files=None, removed=(), **fields):
        """The new commit, as the API answers it; with neither files nor removals it may be empty."""
        self.write(branch, files or {})
        self.remove(branch, *removed)
        body = {"message": message, "allow_empty": not files and not removed, **fields}
        return self.done(201, "POST", f"/branches/{branch}/commits", json=body).json()

    def branch(self, name, source="main", **fields):
        return self.done(201, "POST", "/branches", json={"name": name, "source": source, **fields}).text

    def tag(self, name, reference="main"):
        return self.done(201, "POST", "/tags", json={"id": name, "ref": reference}).json()

    def merge(self, source, destination, **fields):
        return self.call("POST", f"/refs/{source}/merge/{destination}", json=fields)

    def merged(self, source, destination, **fields):
        """The merge commit."""
        answer = self.merge(source, destination, **fields)
        assert answer.status_code == 200, answer.text
        return self.show(answer.json()["reference"])

    # Reading

    def show(self, reference):
        return self.get(f"/commits/{reference}")

    def head(self, branch="main"):
        return self.get(f"/branches/{branch}")["commit_id"]

    def log(self, reference="main", **query):
        return self.get(f"/refs/{reference}/commits", **query)["results"]

    def messages(self, reference="main", **query):
        return [row["message"] for row in self.log(reference, **query)]

    def content(self, reference="main"):
        paths = [row["path"] for row in self.get(f"/refs/{reference}/objects/ls", amount=1000)["results"]]
        return {path: self.call("GET", f"/refs/{reference}/objects", params={"path": path}).text for path in paths}

    def diff(self, left, right, **query):
        """Pairs of kind and path."""
        return pairs(self.get(f"/refs/{left}/diff/{right}", **query))

    def uncommitted(self, branch="main", **query):
        return pairs(self.get(f"/branches/{branch}/diff", **query))


def pairs(page):
    return [(row["type"], row["path"]) for row in page["results"]]


def message(answer):
    """What a refusal says; every refusal has the same form."""
    assert answer.headers["Content-Type"] == "application/json", answer.text
    assert list(answer.json()) == ["message"], answer.text
    return answer.json()["message"]


@contextlib.contextmanager
def fresh(api, **fields):
    """A repository for as long as the block runs: for fixtures that several tests share, and for special ones."""
    name = f"raw-{uuid.uuid4().hex[:16]}"
    bare = fields.pop("bare", False)
    answer = api.request("POST", "/repositories", params={"bare": str(bare).lower()},
                         json={"name": name, "storage_namespace": api.namespace + name, **fields})
    assert answer.status_code == 201, answer.text
    yield RawRepository(api, name)
    api.request("DELETE", f"/repositories/{name}?force=true")


@pytest.fixture
def raw(api, repo):
    """The test's own repository."""
    return RawRepository(api, repo)
