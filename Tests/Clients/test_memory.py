"""A body is never held in memory: 2 GiB go in and out of a gateway that stays small."""

import hashlib

import installation

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
