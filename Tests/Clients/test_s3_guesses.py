"""Who guesses at the secret of a key is slowed down, as a real client sees it."""

import concurrent.futures
import time

import installation
import pytest
from botocore.exceptions import ClientError
from people import person  # noqa: F401 - a fixture


def test_guesses_at_a_secret_are_slowed_down(person, repo):
    """At a gateway of its own, as all tests have one address."""
    process, address = installation.another("gateway")
    try:
        one, other = (person(("allow", ["fs:*"], "*")) for _ in range(2))
        right, good = one.s3_at(address), other.s3_at(address)
        one.secret += "x"
        wrong = one.s3_at(address)

        def guess(_):
            with pytest.raises(ClientError) as error:
                wrong.list_objects_v2(Bucket=repo)
            return error.value.response["Error"]["Code"]

        # More at once than are forgiven meanwhile.
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            codes = list(pool.map(guess, range(400)))
        assert set(codes) == {"SignatureDoesNotMatch", "SlowDown"}
        assert 100 <= codes.count("SignatureDoesNotMatch") < 300
        good.list_objects_v2(Bucket=repo)
        time.sleep(1)
        right.list_objects_v2(Bucket=repo)
    finally:
        process.terminate()
        process.wait()
