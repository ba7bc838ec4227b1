"""One kept connection carries accepted, empty and refused uploads one after the other, directly and through the balancer."""

import os

import boto3
import botocore.exceptions
import pytest
import requests
from botocore.config import Config
from conftest import fresh_name


def client(endpoint, secret=None):
    """boto3 on a single connection, where a hang is told soon and nothing is tried twice."""
    return boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=secret or os.environ["AWS_SECRET_ACCESS_KEY"],
        config=Config(max_pool_connections=1, retries={"total_max_attempts": 1}, read_timeout=20,
                      s3={"addressing_style": "path"}))


def exercise(endpoint, repo):
    sizes = [200_000, 0, 200_000, 0, 0, 100, 2_000_000, 0, 1]
    s3 = client(endpoint)
    for number, size in enumerate(sizes):
        s3.put_object(Bucket=repo, Key=f"main/{number}", Body=b"x" * size)
        assert s3.head_object(Bucket=repo, Key=f"main/{number}")["ContentLength"] == size
    for bucket, secret, code in [(repo, "x" * 40, "SignatureDoesNotMatch"), ("no-such-bucket", None, "NoSuchBucket")]:
        refused = client(endpoint, secret)
        for size in sizes:
            with pytest.raises(botocore.exceptions.ClientError) as error:
                refused.put_object(Bucket=bucket, Key="main/refused", Body=b"x" * size)
            assert error.value.response["Error"]["Code"] == code


def test_directly(repo):
    exercise(os.environ["TARN_S3_ENDPOINT"], repo)


@pytest.mark.parametrize("frontend", ["s3", "common"])
def test_through_the_balancer(namespace, balancer, frontend):
    # The services take connections from the balancer only now, so the repository is made through it as well.
    name = fresh_name()
    repositories = f"http://127.0.0.1:{balancer['api']}/api/v1/repositories"
    key = (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    made = requests.post(repositories, json={"name": name, "storage_namespace": namespace + name}, auth=key, timeout=30)
    assert made.status_code == 201, made.text
    exercise(f"http://127.0.0.1:{balancer[frontend]}", name)
    assert requests.delete(f"{repositories}/{name}", auth=key, timeout=30).status_code == 204


@pytest.fixture(scope="module")
def namespace(api):
    """Asked before the balancer stands in front."""
    return api.namespace
