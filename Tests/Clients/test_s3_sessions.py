"""Short-lived keys for S3: made by the Security Token Service or the REST API, used by real clients, and ended."""

import io
import json
import os
import re
import subprocess
import time

import boto3
import installation
import pyarrow.fs
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from people import person  # noqa: F401 - a fixture

import conftest

ALL = ("allow", ["fs:*"], "*")
HOST = conftest.S3_ENDPOINT.removeprefix("http://").removeprefix("https://")


def sts_of(one, endpoint=None):
    return boto3.client(
        "sts", endpoint_url=endpoint or conftest.S3_ENDPOINT, region_name=conftest.REGION, aws_access_key_id=one.key,
        aws_secret_access_key=one.secret, config=Config(retries={"mode": "standard", "max_attempts": 1}))


def s3_of(credentials, endpoint=None, **config):
    """A client of S3 with what STS, or the REST API, answered."""
    key, secret, token = (
        credentials[name] for name in (
            ("AccessKeyId", "SecretAccessKey", "SessionToken") if "AccessKeyId" in credentials
            else ("access_key_id", "secret_access_key", "session_token")))
    return boto3.client(
        "s3", endpoint_url=endpoint or conftest.S3_ENDPOINT, region_name=conftest.REGION, aws_access_key_id=key,
        aws_secret_access_key=secret, aws_session_token=token,
        config=Config(retries={"mode": "standard", "max_attempts": 1}, s3={"addressing_style": "path"}, **config))


def role(one, **arguments):
    return sts_of(one).assume_role(
        **{"RoleArn": f"arn:lakefs:auth:::user/{one.name}", "RoleSessionName": "job-1", **arguments})["Credentials"]


def code(call):
    with pytest.raises(ClientError) as error:
        call()
    return error.value.response["Error"]["Code"]


def until(true, seconds=7):
    """Waits for what must come true within five seconds, and a little."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_session_does_what_its_maker_does(person, repo):
    one = person(ALL)
    credentials = sts_of(one).get_session_token()["Credentials"]
    assert credentials["AccessKeyId"].startswith("ASIA")
    assert 11 * 3600 < credentials["Expiration"].timestamp() - time.time() <= 12 * 3600
    s3 = s3_of(credentials)
    s3.put_object(Bucket=repo, Key="main/a b", Body=b"x" * 100)
    assert s3.get_object(Bucket=repo, Key="main/a b", Range="bytes=1-3")["Body"].read() == b"xxx"
    s3.upload_fileobj(io.BytesIO(b"y" * (17 << 20)), repo, "main/large")
    assert s3.head_object(Bucket=repo, Key="main/large")["ContentLength"] == 17 << 20
    assert [row["Key"] for row in s3.list_objects_v2(Bucket=repo, Prefix="main/")["Contents"]] == ["main/a b", "main/large"]
    s3.delete_objects(Bucket=repo, Delete={"Objects": [{"Key": "main/a b"}]})
    assert code(lambda: s3.head_object(Bucket=repo, Key="main/a b")) == "404"


def test_presigned_requests_and_forms_carry_the_token(person, repo):
    s3 = s3_of(role(person(ALL)), signature_version="s3v4")
    put = s3.generate_presigned_url("put_object", {"Bucket": repo, "Key": "main/p"}, ExpiresIn=60)
    assert "X-Amz-Security-Token=" in put
    assert requests.put(put, data=b"presigned", timeout=30).status_code == 200
    get = s3.generate_presigned_url("get_object", {"Bucket": repo, "Key": "main/p"}, ExpiresIn=60)
    assert requests.get(get, timeout=30).content == b"presigned"
    bare = requests.get(re.sub("&X-Amz-Security-Token=[^&]*", "", get), timeout=30)
    assert bare.status_code == 403 and "SignatureDoesNotMatch" in bare.text
    other = requests.get(get + "x", timeout=30)
    assert other.status_code == 403 and "<CanonicalRequest>" not in other.text
    post = s3.generate_presigned_post(repo, "main/form", ExpiresIn=60)
    assert "x-amz-security-token" in post["fields"]
    assert requests.post(post["url"], data=post["fields"], files={"file": b"form"}, timeout=30).status_code == 204
    assert s3.get_object(Bucket=repo, Key="main/form")["Body"].read() == b"form"
    post["fields"]["x-amz-security-token"] += "x"
    assert requests.post(post["url"], data=post["fields"], files={"file": b"form"}, timeout=30).status_code >= 400


def test_a_role_is_a_policy_that_leaves_less(person, api, repo):
    one = person(ALL)
    s3_of(role(one)).put_object(Bucket=repo, Key="main/in/a", Body=b"1")
    reads = s3_of(role(one, RoleArn="arn:lakefs:auth:::policy/FSReadAll"))
    assert reads.get_object(Bucket=repo, Key="main/in/a")["Body"].read() == b"1"
    assert code(lambda: reads.put_object(Bucket=repo, Key="main/in/b", Body=b"")) == "AccessDenied"
    inline = {"statement": [{
        "effect": "allow", "action": ["fs:*"], "resource": f"arn:lakefs:fs:::repository/{repo}/object/in/*"}]}
    below = s3_of(role(one, Policy=json.dumps(inline)))
    below.put_object(Bucket=repo, Key="main/in/c", Body=b"")
    assert below.list_objects_v2(Bucket=repo, Prefix="main/in/")["KeyCount"] == 2
    assert code(lambda: below.put_object(Bucket=repo, Key="main/out", Body=b"")) == "AccessDenied"
    assert code(lambda: below.list_objects_v2(Bucket=repo, Prefix="main/")) == "AccessDenied"
    both = s3_of(role(one, RoleArn="arn:lakefs:auth:::policy/FSReadAll", Policy=json.dumps(inline)))
    assert both.head_object(Bucket=repo, Key="main/in/a")["ContentLength"] == 1
    assert code(lambda: both.put_object(Bucket=repo, Key="main/in/d", Body=b"")) == "AccessDenied"
    # A session never does more than its maker.
    poor = person(("allow", ["fs:ReadObject"], f"arn:lakefs:fs:::repository/{repo}/object/in/a"))
    rich = s3_of(role(poor, RoleArn="arn:lakefs:auth:::policy/FSFullAccess"))
    assert rich.head_object(Bucket=repo, Key="main/in/a")["ContentLength"] == 1
    assert code(lambda: rich.put_object(Bucket=repo, Key="main/in/a", Body=b"")) == "AccessDenied"


def test_what_is_asked_for_badly_is_refused(person):
    one = person(ALL)
    sts = sts_of(one)

    def asked(**arguments):
        return code(lambda: role(one, **arguments))

    assert asked(RoleArn="arn:lakefs:auth:::user/somebody-else") == "AccessDenied"
    assert asked(RoleArn="arn:aws:iam::123456789012:role/reader") == "ValidationError"
    assert asked(RoleArn="arn:lakefs:auth:::policy/there-is-none") == "ValidationError"
    assert asked(DurationSeconds=43_201) == "ValidationError"
    assert asked(Policy='{"Version": "2012-10-17", "Statement": []}') == "MalformedPolicyDocument"
    assert code(lambda: sts.assume_role_with_web_identity(
        RoleArn="arn:lakefs:auth:::user/x", RoleSessionName="ab", WebIdentityToken="abcd")) == "InvalidAction"
    session = sts.get_session_token()["Credentials"]
    again = boto3.client(
        "sts", endpoint_url=conftest.S3_ENDPOINT, region_name=conftest.REGION, aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"], aws_session_token=session["SessionToken"])
    assert again.get_caller_identity()["Arn"] == f"arn:lakefs:auth:::user/{one.name}"
    assert code(again.get_session_token) == "AccessDenied"
    bare = requests.post(conftest.S3_ENDPOINT, data={"Action": "GetCallerIdentity"}, timeout=30)
    assert bare.status_code == 403 and "MissingAuthenticationToken" in bare.text
    large = requests.post(conftest.S3_ENDPOINT, data={"Action": "x" * 100_000}, timeout=30)
    assert large.status_code == 400


def test_a_wrong_secret_is_told_as_aws_does(person):
    one = person(ALL)
    one.secret += "x"
    assert code(sts_of(one).get_caller_identity) == "SignatureDoesNotMatch"
    one.key = "AKIAUNKNOWN000000000"
    assert code(sts_of(one).get_caller_identity) == "InvalidClientTokenId"


def test_s3_refuses_a_session_without_its_token(person, repo):
    credentials = role(person(ALL))
    for token, expected in ((None, "403"), ("x" * 43, "400")):
        s3 = s3_of({**credentials, "SessionToken": token})
        assert code(lambda: s3.head_bucket(Bucket=repo)) == expected  # noqa: B023
    other = s3_of({**credentials, "SessionToken": "x" * 43})
    assert code(lambda: other.get_object(Bucket=repo, Key="main/a")) == "InvalidToken"
    # Neither the REST API nor version 2 takes it.
    key = (credentials["AccessKeyId"], credentials["SecretAccessKey"])
    assert requests.get(f"{conftest.ENDPOINT}/api/v1/user", auth=key, timeout=30).status_code == 401
    answer = requests.post(
        f"{conftest.ENDPOINT}/api/v1/auth/login", json=dict(zip(("access_key_id", "secret_access_key"), key)), timeout=30)
    assert answer.status_code == 401
    old = s3_of(credentials, signature_version="s3")
    assert code(lambda: old.get_object(Bucket=repo, Key="main/a")) == "AccessDenied"


def test_the_rest_api_makes_lists_and_ends_sessions(person, repo):
    one = person(ALL, ("allow", ["auth:*Credentials"], "arn:lakefs:auth:::user/${user}"))
    answer = one.request("POST", "/auth/sessions", json={"duration_seconds": 900, "name": "a job", "policies": ["FSReadAll"]})
    assert answer.status_code == 201 and answer.headers["Cache-Control"] == "no-store"
    made = answer.json()
    assert 890 < made["expiration_date"] - time.time() <= 900
    s3 = s3_of(made)
    s3.head_bucket(Bucket=repo)
    assert code(lambda: s3.put_object(Bucket=repo, Key="main/x", Body=b"")) == "AccessDenied"
    listed = one.request("GET", f"/auth/users/{one.name}/sessions").json()["results"]
    assert [(row["access_key_id"], row["name"]) for row in listed] == [(made["access_key_id"], "a job")]
    assert made["access_key_id"] not in one.request("GET", f"/auth/users/{one.name}/credentials").text
    for body in ({"duration_seconds": 1}, {"policies": []}, {"policies": ["no-such"]}, {"statement": [{"effect": "allow"}]}):
        assert one.request("POST", "/auth/sessions", json=body).status_code in (400, 404), body
    path = f"/auth/users/{one.name}/sessions/{made['access_key_id']}"
    assert one.request("DELETE", path).status_code == 204
    assert one.request("DELETE", path).status_code == 404
    until(lambda: refused(s3, repo))


def refused(s3, repo):
    try:
        s3.head_bucket(Bucket=repo)
        return False
    except ClientError as error:
        assert error.response["Error"]["Code"] in ("403", "400")
        return True


def test_a_login_makes_sessions_that_end_with_it(person, api, repo):
    one = person(ALL)
    token = requests.post(
        f"{conftest.ENDPOINT}/api/v1/auth/login", json={"access_key_id": one.key, "secret_access_key": one.secret},
        timeout=30).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    made = requests.post(f"{conftest.ENDPOINT}/api/v1/auth/sessions", headers=bearer, timeout=30).json()
    s3 = s3_of(made)
    s3.head_bucket(Bucket=repo)
    assert requests.post(f"{conftest.ENDPOINT}/api/v1/auth/logout", headers=bearer, timeout=30).status_code == 204
    until(lambda: refused(s3, repo))


@pytest.mark.parametrize("taken", ["the key", "the user", "the policy"])
def test_what_a_session_came_from_ends_it_at_every_gateway(person, api, repo, taken):
    one = person(ALL)
    bound = conftest.fresh_name("bound")
    api.request("POST", "/auth/policies", json={
        "id": bound, "statement": [{"effect": "allow", "action": ["fs:*"], "resource": "*"}]})
    process, second = installation.another("gateway")
    try:
        credentials = role(one, RoleArn=f"arn:lakefs:auth:::policy/{bound}")
        clients = [s3_of(credentials), s3_of(credentials, second)]
        for client in clients:
            client.head_bucket(Bucket=repo)
        if taken == "the key":
            one.auth.delete_credentials(one.name, one.key)
        elif taken == "the user":
            one.auth.delete_user(one.name)
        else:
            one.auth.delete_policy(bound)
        began = time.monotonic()
        for client in clients:
            until(lambda: refused(client, repo), 6)  # noqa: B023
        assert time.monotonic() - began < 6
    finally:
        process.terminate()
        process.wait()
        api.request("DELETE", f"/auth/policies/{bound}")


def test_sessions_are_in_the_audit_log(person, api):
    one = person(ALL)
    credentials = role(one)
    code(lambda: role(one, RoleArn="arn:lakefs:auth:::user/somebody-else"))
    found = []

    def written():
        rows = api.request("GET", "/audit", params={"user": one.name, "operation": "AssumeRole"}).json()["results"]
        found[:] = [row for row in rows if row.get("status")]
        return len(found) >= 2

    until(written, 15)
    assert sorted(row["status"] for row in found) == [200, 403]
    text = json.dumps(found)
    assert credentials["SecretAccessKey"] not in text and credentials["SessionToken"] not in text


def test_tools_take_the_token(person, repo, sql, tmp_path):
    one = person(ALL)
    credentials = role(one)
    key, secret, token = (credentials[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_ACCESS_KEY_ID": one.key,
        "AWS_SECRET_ACCESS_KEY": one.secret, "AWS_DEFAULT_REGION": conftest.REGION,
        "AWS_ENDPOINT_URL": conftest.S3_ENDPOINT}

    def aws(*arguments, **more):
        return subprocess.run(
            ["aws", *arguments], env={**environment, **more}, capture_output=True, text=True, timeout=120, check=True).stdout

    assert json.loads(aws("sts", "get-caller-identity"))["UserId"] == one.name
    made = json.loads(aws("sts", "get-session-token"))["Credentials"]
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    aws("s3", "cp", str(tmp_path / "t.csv"), f"s3://{repo}/main/t.csv", AWS_ACCESS_KEY_ID=made["AccessKeyId"],
        AWS_SECRET_ACCESS_KEY=made["SecretAccessKey"], AWS_SESSION_TOKEN=made["SessionToken"])
    arrow = pyarrow.fs.S3FileSystem(
        access_key=key, secret_key=secret, session_token=token, endpoint_override=HOST, scheme="http", region=conftest.REGION)
    assert arrow.open_input_file(f"{repo}/main/t.csv").read() == b"a,b\n1,2\n"
    own = pyarrow.fs.S3FileSystem(
        access_key=one.key, secret_key=one.secret, endpoint_override=HOST, scheme="http", region=conftest.REGION)
    assert own.get_file_info(f"{repo}/main/t.csv").size == 8
    sql(
        f"CREATE OR REPLACE SECRET (TYPE s3, KEY_ID '{key}', SECRET '{secret}', SESSION_TOKEN '{token}', REGION '{conftest.REGION}', "
        f"ENDPOINT '{HOST}', URL_STYLE 'path', USE_SSL false)")
    assert sql(f"SELECT b FROM 's3://{repo}/main/t.csv'") == [(2,)]
