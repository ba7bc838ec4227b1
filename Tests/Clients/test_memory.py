"""Memory stays small: a body is never held whole, and what a call used is given up when it has been answered."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import installation
import requests

SIZE = 2 << 30
CHUNK = bytes(range(256)) * 4096
LIMIT_MIB = 150


class Stream:
    """A file-like body of `SIZE` bytes that is made as it is read."""

    def __init__(self):
        self.position = 0

    def read(self, amount=-1):
        amount = SIZE - self.position if amount is None or amount < 0 else min(amount, SIZE - self.position)
        start = self.position % len(CHUNK)
        piece = (CHUNK[start:] + CHUNK[:start])[:amount]
        self.position += len(piece)
        return piece

    def seek(self, position, whence=0):
        self.position = {0: 0, 1: self.position, 2: SIZE}[whence] + position
        return self.position

    def tell(self):
        return self.position

    def __len__(self):
        return SIZE


def test_two_gibibytes_in_and_out(s3, repo):
    installation.restart("gateway")
    s3.put_object(Bucket=repo, Key="main/large", Body=Stream(), ContentLength=SIZE)
    expected = hashlib.md5(usedforsecurity=False)
    for _ in range(SIZE // len(CHUNK)):
        expected.update(CHUNK)
    found, size = hashlib.md5(usedforsecurity=False), 0
    answer = s3.get_object(Bucket=repo, Key="main/large")
    for piece in answer["Body"].iter_chunks(1 << 20):
        found.update(piece)
        size += len(piece)
    assert size == SIZE
    assert answer["ETag"] == f'"{expected.hexdigest()}"'
    assert found.hexdigest() == expected.hexdigest()
    assert installation.resident_mib("gateway") < LIMIT_MIB
    s3.delete_object(Bucket=repo, Key="main/large")


def test_answers_are_given_up(s3, api, repo):
    """Pages of 1,000 rows, each a quarter of a MiB between the processes, leave nothing behind."""
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: s3.put_object(Bucket=repo, Key=f"main/{'x' * 100}/{number}", Body=b""), range(1_000)))

        listing = s3.generate_presigned_url("list_objects_v2", {"Bucket": repo, "Prefix": "main/"})

        def pages(count):
            for answer in pool.map(lambda _: requests.get(listing, timeout=60), range(count)):
                assert answer.text.count("<Key>") == 1_000
            for answer in pool.map(lambda _: api.request(
                    "GET", f"/repositories/{repo}/refs/main/objects/ls?amount=1000"), range(count // 4)):
                assert len(answer.json()["results"]) == 1_000

        pages(60)
        services = ("gateway", "api", "index")
        before = {service: installation.resident_mib(service) for service in services}
        pages(300)
    for service in services:
        assert installation.resident_mib(service) - before[service] < 40, service
