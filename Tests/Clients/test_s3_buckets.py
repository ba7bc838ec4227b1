"""Buckets through boto3: what is told of them, and how they are made and deleted."""

import boto3
import pytest
import raw_s3
from botocore.exceptions import ClientError
from conftest import S3_ENDPOINT, fresh_name

ANSWERED = {
    "get_bucket_abac": ("AbacStatus", {"Status": "Disabled"}),
    "get_bucket_accelerate_configuration": ("Status", None),
    "get_bucket_logging": ("LoggingEnabled", None),
    "get_bucket_notification_configuration": ("TopicConfigurations", None),
    "get_bucket_request_payment": ("Payer", "BucketOwner"),
    "get_bucket_versioning": ("Status", None),
    "list_bucket_analytics_configurations": ("IsTruncated", False),
    "list_bucket_intelligent_tiering_configurations": ("IsTruncated", False),
    "list_bucket_inventory_configurations": ("IsTruncated", False),
    "list_bucket_metrics_configurations": ("IsTruncated", False),
    "get_bucket_ownership_controls": (
        "OwnershipControls", {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}),
    "get_public_access_block": ("PublicAccessBlockConfiguration", {
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}),
}
MISSING = {
    "get_bucket_cors": "NoSuchCORSConfiguration",
    "get_bucket_encryption": "ServerSideEncryptionConfigurationNotFoundError",
    "get_bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
    "get_bucket_policy": "NoSuchBucketPolicy",
    "get_bucket_policy_status": "NoSuchBucketPolicy",
    "get_bucket_replication": "ReplicationConfigurationNotFoundError",
    "get_bucket_tagging": "NoSuchTagSet",
    "get_bucket_website": "NoSuchWebsiteConfiguration",
    "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
}
DELETED = ["cors", "lifecycle", "policy", "replication", "tagging", "website"]


def refusal(call, **arguments):
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return raised.value.response["Error"]["Code"]


@pytest.mark.parametrize("operation", ANSWERED)
def test_what_nobody_set(s3, repo, operation):
    name, value = ANSWERED[operation]
    if not hasattr(s3, operation):
        pytest.skip("this botocore does not know it")
    assert getattr(s3, operation)(Bucket=repo).get(name) == value
    assert refusal(getattr(s3, operation), Bucket=repo + "-none") == "NoSuchBucket"


@pytest.mark.parametrize("operation", MISSING)
def test_what_is_not_there(s3, repo, operation):
    assert refusal(getattr(s3, operation), Bucket=repo) == MISSING[operation]
    assert refusal(getattr(s3, operation), Bucket=repo + "-none") == "NoSuchBucket"


@pytest.mark.parametrize("part", DELETED)
def test_deleting_what_is_not_there(s3, repo, part):
    answer = getattr(s3, f"delete_bucket_{part}")(Bucket=repo)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_access_control_lists(s3, repo):
    s3.put_object(Bucket=repo, Key="main/a", Body=b"1", ACL="bucket-owner-full-control")
    for call, arguments in [("bucket_acl", {}), ("object_acl", {"Key": "main/a"})]:
        found = getattr(s3, f"get_{call}")(Bucket=repo, **arguments)
        assert [grant["Permission"] for grant in found["Grants"]] == ["FULL_CONTROL"]
        assert found["Grants"][0]["Grantee"] == {"Type": "CanonicalUser", **found["Owner"]}
        getattr(s3, f"put_{call}")(Bucket=repo, ACL="private", **arguments)
        assert refusal(getattr(s3, f"put_{call}"), Bucket=repo, ACL="public-read", **arguments) == \
            "AccessControlListNotSupported"
        policy = {name: found[name] for name in ("Owner", "Grants")}
        getattr(s3, f"put_{call}")(Bucket=repo, AccessControlPolicy=policy, **arguments)


def test_made_and_deleted(s3, api):
    name = fresh_name("bucket")
    s3.create_bucket(Bucket=name)
    assert refusal(s3.create_bucket, Bucket=name) == "BucketAlreadyOwnedByYou"
    assert name in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    s3.get_waiter("bucket_exists").wait(Bucket=name, WaiterConfig={"MaxAttempts": 1})
    s3.put_object(Bucket=name, Key="main/a", Body=b"1")
    assert refusal(s3.delete_bucket, Bucket=name) == "BucketNotEmpty"
    s3.delete_object(Bucket=name, Key="main/a")
    s3.delete_bucket(Bucket=name)
    assert refusal(s3.get_bucket_location, Bucket=name) == "NoSuchBucket"
    # A name is free again, and what was there before does not come back.
    s3.create_bucket(Bucket=name)
    assert s3.list_objects_v2(Bucket=name)["KeyCount"] == 0
    s3.put_object(Bucket=name, Key="main/a", Body=b"2")
    assert s3.get_object(Bucket=name, Key="main/a")["Body"].read() == b"2"
    # What has a history is a repository, which is deleted as one.
    import lakefs
    repository = lakefs.Repository(name, client=api.client)
    repository.branch("main").commit("keep this")
    s3.delete_object(Bucket=name, Key="main/a")
    assert refusal(s3.delete_bucket, Bucket=name) == "BucketNotEmpty"
    repository.delete()


def test_location(s3):
    name = fresh_name("bucket")
    assert refusal(
        s3.create_bucket, Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    ) == "InvalidLocationConstraint"
    assert refusal(s3.create_bucket, Bucket=name, ACL="public-read") == "InvalidBucketAclWithObjectOwnership"
    assert refusal(s3.get_bucket_location, Bucket=name) == "NoSuchBucket"


def test_another_region_is_told(repo):
    """A client that signs for another region learns the right one: boto3 goes there by itself."""
    client = boto3.client("s3", endpoint_url=S3_ENDPOINT, region_name="eu-west-3")
    client.put_object(Bucket=repo, Key="main/a", Body=b"1")
    assert client.list_objects_v2(Bucket=repo, Prefix="main/")["KeyCount"] == 1
    raw = raw_s3.exchange(raw_s3.signed("GET", f"/{repo}?location=", signer=raw_s3.Signer(region="eu-west-3")))
    assert (raw.status, raw.code) == (400, "AuthorizationHeaderMalformed")
    assert b"<Region>us-east-1</Region>" in raw.body


def test_deletion_and_puts_at_once(s3):
    """A bucket goes only where no put was acknowledged: what was is still there."""
    from concurrent.futures import ThreadPoolExecutor

    def done(call):
        try:
            call()
            return True
        except ClientError as error:
            assert error.response["Error"]["Code"] in ("NoSuchBucket", "BucketNotEmpty")
            return False

    with ThreadPoolExecutor(8) as pool:
        for turn in range(15):
            name = fresh_name("race")
            s3.create_bucket(Bucket=name)
            deletions = [pool.submit(done, lambda: s3.delete_bucket(Bucket=name)) for _ in range(2)]
            puts = {key: pool.submit(done, lambda key=key: s3.put_object(Bucket=name, Key=key, Body=b"1"))
                    for key in ("main/a", "main/b", "main/c")}
            written = {key for key, put in puts.items() if put.result()}
            if any(deletion.result() for deletion in deletions):
                assert not written
                assert refusal(s3.get_bucket_location, Bucket=name) == "NoSuchBucket"
            else:
                assert {row["Key"] for row in s3.list_objects_v2(Bucket=name)["Contents"]} == written == set(puts)
            for key in written:
                s3.delete_object(Bucket=name, Key=key)
            done(lambda: s3.delete_bucket(Bucket=name))
            assert refusal(s3.get_bucket_location, Bucket=name) == "NoSuchBucket"
