"""boto3 as applications use it: resources, uploads that go on after a stop, presigned requests, forms."""

import io

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from pyarrow import parquet

from conftest import REGION, S3_ENDPOINT


@pytest.fixture
def bucket(repo, work):
    resource = boto3.resource(
        "s3", endpoint_url=S3_ENDPOINT, region_name=REGION, config=Config(s3={"addressing_style": "path"}))
    return resource.Bucket(repo)


def test_partitioned_dataset(bucket, days, publish):
    """Files that are put on a branch are read on the default one after a merge, and deleted below a prefix."""
    for day in sorted(set(days["day"].to_pylist())):
        file = io.BytesIO()
        parquet.write_table(days.filter([row == day for row in days["day"].to_pylist()]), file)
        bucket.put_object(Key=f"work/events/day={day}/0.parquet", Body=file.getvalue())
    publish()
    rows = 0
    for summary in bucket.objects.filter(Prefix="main/events/"):
        rows += parquet.read_table(io.BytesIO(summary.get()["Body"].read())).num_rows
    assert rows == days.num_rows
    bucket.objects.filter(Prefix="work/events/").delete()
    assert [row.key for row in bucket.objects.filter(Prefix="work/events/")] == []
    assert len(list(bucket.objects.filter(Prefix="main/events/"))) == 3


def test_upload_goes_on(s3, repo, work):
    """A program that lost all but the upload's id sends the parts that are missing, and completes it."""
    key = {"Bucket": repo, "Key": "work/large"}
    parts = {number: bytes([number]) * (5 << 20) for number in (1, 2, 3)}
    s3.create_multipart_upload(**key)
    found = s3.list_multipart_uploads(Bucket=repo, Prefix="work/")["Uploads"][0]
    upload = {"Bucket": repo, "Key": found["Key"], "UploadId": found["UploadId"]}
    for number in (3, 1):
        s3.upload_part(**upload, PartNumber=number, Body=parts[number])
    there = {part["PartNumber"] for part in s3.list_parts(**upload)["Parts"]}
    assert there == {1, 3}
    for number in parts.keys() - there:
        s3.upload_part(**upload, PartNumber=number, Body=parts[number])
    etags = [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for part in s3.list_parts(**upload)["Parts"]]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": etags})
    assert s3.get_object(**key)["Body"].read() == b"".join(parts.values())


def test_presigned(s3, repo, work):
    """What has no key puts, reads and posts an object by what was signed for it; parts too."""
    key = {"Bucket": repo, "Key": "work/a b"}
    put = s3.generate_presigned_url("put_object", Params={**key, "ContentType": "text/x"}, ExpiresIn=60)
    assert requests.put(put, data=b"put", headers={"Content-Type": "text/x"}, timeout=30).status_code == 200
    got = requests.get(s3.generate_presigned_url("get_object", Params=key, ExpiresIn=60), timeout=30)
    assert (got.content, got.headers["Content-Type"]) == (b"put", "text/x")
    upload = {**key, "UploadId": s3.create_multipart_upload(**key)["UploadId"]}
    part = s3.generate_presigned_url("upload_part", Params={**upload, "PartNumber": 1}, ExpiresIn=60)
    etag = requests.put(part, data=b"part", timeout=30).headers["ETag"]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    assert s3.get_object(**key)["Body"].read() == b"part"
    form = s3.generate_presigned_post(repo, "work/posted/${filename}", ExpiresIn=60)
    posted = requests.post(form["url"], data=form["fields"], files={"file": ("name", b"posted")}, timeout=30)
    assert posted.status_code == 204, posted.text
    assert s3.get_object(Bucket=repo, Key="work/posted/name")["Body"].read() == b"posted"


def test_conditions(s3, repo, work):
    """A condition that does not hold is told with the header it came by."""
    key = {"Bucket": repo, "Key": "work/a"}
    etag = s3.put_object(**key, Body=b"1", IfNoneMatch="*")["ETag"]
    s3.put_object(**key, Body=b"2", IfMatch=etag)
    for condition, header in (({"IfNoneMatch": "*"}, "If-None-Match"), ({"IfMatch": etag}, "If-Match")):
        with pytest.raises(ClientError) as raised:
            s3.put_object(**key, Body=b"3", **condition)
        error = raised.value.response["Error"]
        assert (error["Code"], error["Condition"]) == ("PreconditionFailed", header)
