"""What is taken away from a user ends within five seconds at every gateway and api, under load."""

import threading
import time

import installation
import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from people import person  # noqa: F401 - a fixture

import conftest

# As ARCHITECTURE.md says. A request that is under way at the end may be a little late.
LIMIT_SECONDS = 5
SLACK_SECONDS = 0.5
OTHERS = 3


@pytest.fixture(scope="module")
def servers():
    """Three gateways and three apis over one auth and index: two of each besides those that run."""
    more = {name: [installation.another(name) for _ in range(2)] for name in ("gateway", "api")}
    try:
        yield {
            "gateway": [conftest.S3_ENDPOINT] + [address for _, address in more["gateway"]],
            "api": [conftest.ENDPOINT] + [address for _, address in more["api"]]}
    finally:
        for process, _ in sum(more.values(), []):
            process.terminate()
        for process, _ in sum(more.values(), []):
            process.wait()


class Caller(threading.Thread):
    """Sends one request again and again, and notes when which of them began, and its status."""

    def __init__(self, send):
        super().__init__(daemon=True)
        self.send, self.answers, self.failure, self.stopped = send, [], None, threading.Event()

    def run(self):
        try:
            while not self.stopped.is_set():
                began = time.monotonic()
                self.answers.append((began, self.send()))
                time.sleep(0.02)
        except Exception as error:
            self.failure = error

    def stop(self):
        self.stopped.set()
        self.join(30)


def sender(one, kind, address, repo):
    """How a user asks a gateway or an api for an object, over one connection."""
    session = requests.Session()
    if kind == "api":
        url = f"{address}/api/v1/repositories/{repo}/refs/main/objects/stat?path=a"
        return lambda: session.get(url, auth=(one.key, one.secret), timeout=30).status_code
    url = f"{address}/{repo}/main/a"

    def head():
        request = AWSRequest("HEAD", url)
        S3SigV4Auth(Credentials(one.key, one.secret), "s3", conftest.REGION).add_auth(request)
        return session.head(url, headers=dict(request.headers), timeout=30).status_code

    return head


# What is taken away; what gateways and apis answer from then on.
TAKEN = {
    "the key": lambda one: one.auth.delete_credentials(one.name, one.key),
    "the user": lambda one: one.auth.delete_user(one.name),
    "the attachment": lambda one: one.auth.detach_policy_from_user(one.name, one.policy),
    "the statement": lambda one: one.auth.update_policy(
        one.policy, one.document(("allow", ["fs:ReadConfig"], "*"))),
    "nothing but a deny is added": lambda one: one.auth.update_policy(
        one.policy, one.document(("allow", ["fs:*"], "*"), ("deny", ["fs:ReadObject"], "*"))),
    "the membership": lambda one: one.auth.delete_group_membership("Viewers", one.name),
}


@pytest.mark.parametrize("what", TAKEN)
def test_rights_end_everywhere_within_five_seconds(servers, repo, s3, person, what):
    s3.put_object(Bucket=repo, Key="main/a", Body=b"a")
    statement = ("allow", ["fs:*"], "*")
    one = person(groups=["Viewers"]) if what == "the membership" else person(statement)
    # They keep theirs: what ends for one must not end for all.
    others = [person(statement) for _ in range(OTHERS)]
    places = [(kind, address) for kind, addresses in servers.items() for address in addresses]
    callers = [Caller(sender(one, kind, address, repo)) for kind, address in places]
    load = [Caller(sender(others[index % OTHERS], kind, address, repo)) for index, (kind, address) in enumerate(places)]
    for caller in callers + load:
        caller.start()
    time.sleep(2)
    TAKEN[what](one)
    taken = time.monotonic()
    time.sleep(LIMIT_SECONDS + 2)
    for caller in callers + load:
        caller.stop()
    for (kind, address), caller in zip(places, callers):
        assert caller.failure is None, (address, caller.failure)
        before = {status for began, status in caller.answers if began < taken - 1}
        assert before == {200}, (address, before)
        last = max(began for began, status in caller.answers if status == 200)
        assert last <= taken + LIMIT_SECONDS + SLACK_SECONDS, (address, last - taken)
        after = {status for began, status in caller.answers if began > last}
        assert after == {403 if kind == "gateway" else 401}, (address, after)
        assert max(began for began, _ in caller.answers) > taken + LIMIT_SECONDS + 1
    for (_, address), caller in zip(places, load):
        assert caller.failure is None, (address, caller.failure)
        assert {status for _, status in caller.answers} == {200}, address
