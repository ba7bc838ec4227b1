"""Users that tests make, with rights of their own."""

import boto3
import lakefs_sdk
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import conftest


class Person:
    """A user with one access key and, if given statements, a policy of its own."""

    def __init__(self, api, statements=(), groups=(), name=None):
        self.api, self.auth = api, api.sdk.auth_api
        self.name = name or conftest.fresh_name("user")
        self.policy = conftest.fresh_name("policy")
        self.auth.create_user(lakefs_sdk.UserCreation(id=self.name))
        self.has_policy = bool(statements)
        if statements:
            self.auth.create_policy(self.document(*statements))
            self.auth.attach_policy_to_user(self.name, self.policy)
        for group in groups:
            self.auth.add_group_membership(group, self.name)
        key = self.auth.create_credentials(self.name)
        self.key, self.secret = key.access_key_id, key.secret_access_key
        self.s3 = self.s3_at(conftest.S3_ENDPOINT)
        self.client = api.client_as(self.key, self.secret)

    def document(self, *statements):
        """A policy of statements as (effect, actions, resource) or (effect, actions, resource, condition)."""
        return lakefs_sdk.Policy(id=self.policy, statement=[
            lakefs_sdk.Statement(effect=effect, action=actions, resource=resource, condition=next(iter(rest), None))
            for effect, actions, resource, *rest in statements])

    def s3_at(self, endpoint):
        return boto3.client(
            "s3", endpoint_url=endpoint, region_name=conftest.REGION, aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            config=Config(retries={"mode": "standard", "max_attempts": 1}, s3={"addressing_style": "path"}))

    def request(self, method, path, **arguments):
        return self.api.request(method, path, auth=(self.key, self.secret), **arguments)

    def delete(self):
        self.api.request("DELETE", f"/auth/users/{self.name}")
        if self.has_policy:
            self.api.request("DELETE", f"/auth/policies/{self.policy}")


@pytest.fixture
def person(api):
    """Makes people; they are gone behind the test."""
    people = []

    def make(*statements, **named):
        people.append(Person(api, statements, **named))
        return people[-1]

    yield make
    for one in people:
        one.delete()


def code(call, **named):
    """The code that an S3 call fails with; nil where it succeeds."""
    try:
        call(**named)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None
