"""Two api processes behave as one: the tests of the rules again, each request at the other one of two."""

import itertools

import installation
import pytest

import conftest
from test_api_jobs import *  # noqa: F403
from test_api_objects import *  # noqa: F403
from test_api_presigned import *  # noqa: F403
from test_api_pulls import *  # noqa: F403
from test_api_rules_commits import *  # noqa: F403
from test_api_rules_merges import *  # noqa: F403
from test_api_rules_refs import *  # noqa: F403
from test_api_rules_repositories import *  # noqa: F403
from test_api_rules_tarn import *  # noqa: F403
from test_api_settings import *  # noqa: F403


class Fleet(conftest.API):
    """The API by two processes in turns, whoever asks."""

    def __init__(self, other):
        self.turns = itertools.cycle([conftest.ENDPOINT, other])
        self.asked = set()
        super().__init__()

    @property
    def base(self):
        endpoint = next(self.turns)
        self.asked.add(endpoint)
        return endpoint + "/api/v1"

    @base.setter
    def base(self, value):
        pass

    def client_as(self, key, secret):
        return self.in_turns(super().client_as(key, secret))

    def client_with_token(self, token):
        return self.in_turns(super().client_with_token(token))

    def in_turns(self, client):
        rest = client.sdk_client._api.rest_client
        request = rest.request
        rest.request = lambda method, url, *arguments, **named: request(
            method, self.base + url.removeprefix(conftest.ENDPOINT + "/api/v1"), *arguments, **named)
        return client


@pytest.fixture(scope="module")
def api():
    process, address = installation.another("api")
    fleet = Fleet(address)
    try:
        yield fleet
        assert len(fleet.asked) == 2
    finally:
        process.terminate()
        process.wait()
