"""What policies allow, over REST and S3 alike."""

import pytest
from people import code, person  # noqa: F401 - a fixture

from conftest import fresh_name

REFUSED = "insufficient permissions: not allowed to "


@pytest.fixture
def lake(s3, repo, main):
    """A repository with objects in two places, committed."""
    for path in ("logs/1", "logs/2", "private/1"):
        s3.put_object(Bucket=repo, Key=f"main/{path}", Body=path.encode())
    main.commit("objects")
    return repo


def arn(repo, rest=""):
    return f"arn:lakefs:fs:::repository/{repo}{rest}"


def refused(response, action):
    assert response.status_code == 401
    assert response.json() == {"message": REFUSED + action}


def keys(listing):
    return [row["Key"] for row in listing.get("Contents", [])]


def test_who_has_no_policy_may_do_nothing(lake, person):
    nobody = person()
    assert nobody.request("GET", "/user").json()["user"]["id"] == nobody.name
    refused(nobody.request("GET", f"/repositories/{lake}"), "fs:ReadRepository")
    refused(nobody.request("GET", "/repositories"), "fs:ListRepositories")
    assert code(nobody.s3.list_buckets) == "AccessDenied"
    assert code(nobody.s3.get_object, Bucket=lake, Key="main/logs/1") == "AccessDenied"
    # Whether it exists is nothing they learn either.
    assert code(nobody.s3.get_object, Bucket="no-such-bucket", Key="main/logs/1") == "AccessDenied"
    refused(nobody.request("GET", "/repositories/no-such-repository"), "fs:ReadRepository")


def test_rights_at_a_prefix_hold_for_objects_lists_diffs_and_counts(lake, person, s3, work):
    reader = person(("allow", ["fs:ReadObject", "fs:ListObjects"], arn(lake, "/object/logs/*")))
    assert reader.s3.get_object(Bucket=lake, Key="main/logs/1")["Body"].read() == b"logs/1"
    assert keys(reader.s3.list_objects_v2(Bucket=lake, Prefix="main/logs/")) == ["main/logs/1", "main/logs/2"]
    for prefix in ("", "main", "main/", "main/logs", "main/private/"):
        assert code(reader.s3.list_objects_v2, Bucket=lake, Prefix=prefix) == "AccessDenied"
    assert code(reader.s3.get_object, Bucket=lake, Key="main/private/1") == "AccessDenied"
    assert code(reader.s3.put_object, Bucket=lake, Key="main/logs/1", Body=b"x") == "AccessDenied"
    assert code(reader.s3.delete_object, Bucket=lake, Key="main/logs/1") == "AccessDenied"
    assert s3.get_object(Bucket=lake, Key="main/logs/1")["Body"].read() == b"logs/1"

    refs = f"/repositories/{lake}/refs/main"
    assert reader.request("GET", f"{refs}/objects", params={"path": "logs/1"}).content == b"logs/1"
    refused(reader.request("GET", f"{refs}/objects", params={"path": "private/1"}), "fs:ReadObject")
    s3.put_object(Bucket=lake, Key="work/logs/3", Body=b"3")
    s3.put_object(Bucket=lake, Key="work/private/3", Body=b"3")
    work.commit("more")
    s3.put_object(Bucket=lake, Key="work/logs/4", Body=b"4")
    for path, parameter, expected in (
            (f"{refs}/objects/ls", "prefix", ["logs/1", "logs/2"]),
            (f"{refs}/objects/last_commits", "prefix", None),
            (f"{refs}/diff/work", "prefix", ["logs/3"]),
            (f"/repositories/{lake}/branches/work/diff", "prefix", ["logs/4"]),
            (f"{refs}/objects/summary", "prefixes", None)):
        answer = reader.request("GET", path, params={parameter: "logs/"})
        if path.endswith("last_commits"):
            refused(answer, "fs:ReadBranch")
        else:
            assert answer.status_code == 200, path
        if expected:
            assert [row["path"] for row in answer.json()["results"]] == expected
        for prefix in ("", "logs", "private/"):
            refused(reader.request("GET", path, params={parameter: prefix}), "fs:ListObjects")
    refused(reader.request("GET", f"{refs}/objects/summary"), "fs:ListObjects")


def test_deny_wins_over_what_a_group_allows(lake, person):
    reader = person(("deny", ["fs:*"], arn(lake, "/object/private/*")), groups=["Viewers"])
    assert reader.s3.get_object(Bucket=lake, Key="main/logs/1")["Body"].read() == b"logs/1"
    assert code(reader.s3.get_object, Bucket=lake, Key="main/private/1") == "AccessDenied"
    assert code(reader.s3.list_objects_v2, Bucket=lake, Prefix="main/") == "AccessDenied"
    assert keys(reader.s3.list_objects_v2(Bucket=lake, Prefix="main/logs/")) == ["main/logs/1", "main/logs/2"]
    answer = reader.request("GET", f"/repositories/{lake}/refs/main/objects", params={"path": "private/1"})
    assert answer.status_code == 401
    assert answer.json() == {"message": "insufficient permissions: denied permission to fs:ReadObject"}


def test_a_copy_reads_and_writes(lake, person, s3):
    copier = person(
        ("allow", ["fs:ReadObject"], arn(lake, "/object/logs/*")),
        ("allow", ["fs:WriteObject"], arn(lake, "/object/copies/*")))
    for source, target, is_allowed in (
            ("logs/1", "copies/1", True), ("private/1", "copies/2", False), ("logs/1", "logs/9", False)):
        failed = code(copier.s3.copy_object, Bucket=lake, Key=f"main/{target}", CopySource=f"{lake}/main/{source}")
        assert failed == (None if is_allowed else "AccessDenied")
        answer = copier.request(
            "POST", f"/repositories/{lake}/branches/main/objects/copy", params={"dest_path": target + "r"},
            json={"src_path": source})
        assert answer.status_code == (201 if is_allowed else 401)
    found = keys(s3.list_objects_v2(Bucket=lake, Prefix="main/"))
    assert found == [f"main/{path}" for path in ("copies/1", "copies/1r", "logs/1", "logs/2", "private/1")]


def test_bulk_deletes_are_refused_key_by_key(lake, person, s3):
    deleter = person(("allow", ["fs:DeleteObject"], arn(lake, "/object/logs/*")))
    objects = [{"Key": f"main/{path}"} for path in ("logs/1", "private/1")]
    answer = deleter.s3.delete_objects(Bucket=lake, Delete={"Objects": objects})
    assert [row["Key"] for row in answer["Deleted"]] == ["main/logs/1"]
    assert [(row["Key"], row["Code"]) for row in answer["Errors"]] == [("main/private/1", "AccessDenied")]
    answer = deleter.request(
        "POST", f"/repositories/{lake}/branches/main/objects/delete", json={"paths": ["logs/2", "private/1"]})
    assert answer.status_code == 200
    assert answer.json()["errors"] == [
        {"path": "private/1", "status_code": 401, "message": REFUSED + "fs:DeleteObject"}]
    assert keys(s3.list_objects_v2(Bucket=lake, Prefix="main/")) == ["main/private/1"]


def test_lists_of_repositories_show_what_may_be_seen(api, person, repository):
    import lakefs
    names = sorted(fresh_name("seen") for _ in range(5))
    for name in names:
        lakefs.Repository(name, client=api.client).create(storage_namespace=api.namespace + name)
    try:
        seen = person(*[("allow", ["fs:ListRepositories"], arn(name)) for name in names[::2]])
        assert [row["Name"] for row in seen.s3.list_buckets()["Buckets"]] == names[::2]
        assert [one.id for one in lakefs.repositories(client=seen.client)] == names[::2]
        rows, after = [], ""
        while True:
            page = seen.request("GET", "/repositories", params={"amount": 2, "after": after}).json()
            rows += [row["id"] for row in page["results"]]
            if not page["pagination"]["has_more"]:
                break
            assert len(page["results"]) == 2
            after = page["pagination"]["next_offset"]
        assert rows == names[::2]
    finally:
        for name in names:
            api.request("DELETE", f"/repositories/{name}")


def test_base_groups_allow_what_their_names_say(api, lake, person):
    viewer, developer, super_user = (person(groups=[name]) for name in ("Viewers", "Developers", "SuperUsers"))
    for one in (viewer, developer, super_user):
        assert one.s3.get_object(Bucket=lake, Key="main/logs/1")["Body"].read() == b"logs/1"
        key = one.request("POST", f"/auth/users/{one.name}/credentials")
        assert key.status_code == 201
        refused(one.request("POST", f"/auth/users/{developer.name}x/credentials"), "auth:CreateCredentials")
        refused(one.request("GET", "/auth/users"), "auth:ListUsers")
        refused(one.request("GET", "/audit"), "auth:ReadAuditLog")
    assert code(viewer.s3.put_object, Bucket=lake, Key="main/new", Body=b"x") == "AccessDenied"
    assert code(developer.s3.put_object, Bucket=lake, Key="main/new", Body=b"x") is None
    commits = f"/repositories/{lake}/branches/main/commits"
    refused(viewer.request("POST", commits, json={"message": "m"}), "fs:CreateCommit")
    assert developer.request("POST", commits, json={"message": "m"}).status_code == 201
    name = fresh_name()
    creation = {"name": name, "storage_namespace": api.namespace + name}
    refused(developer.request("POST", "/repositories", json=creation), "fs:CreateRepository")
    assert code(developer.s3.create_bucket, Bucket=name) == "AccessDenied"
    assert super_user.request("POST", "/repositories", json=creation).status_code == 201
    refused(developer.request("DELETE", f"/repositories/{name}"), "fs:DeleteRepository")
    assert code(developer.s3.delete_bucket, Bucket=name) == "AccessDenied"
    assert super_user.request("DELETE", f"/repositories/{name}").status_code == 204


@pytest.mark.parametrize("operator, value, is_allowed", [
    ("IpAddress", "127.0.0.0/8", True), ("IpAddress", "10.0.0.0/8", False),
    ("NotIpAddress", "127.0.0.1", False), ("StringLike", "127.*", True), ("StringNotLike", "127.*", False)])
def test_conditions_look_at_the_address(lake, person, operator, value, is_allowed):
    one = person(("allow", ["fs:*"], "*", {operator: {"SourceIp": [value]}}))
    assert (code(one.s3.head_bucket, Bucket=lake) is None) == is_allowed
    assert (one.request("GET", f"/repositories/{lake}").status_code == 200) == is_allowed


def test_a_variable_stands_for_the_user(lake, person, s3):
    own = ("allow", ["fs:WriteObject", "fs:ReadObject"], arn(lake, "/object/home/${user}/*"))
    ada, bob = person(own), person(own)
    assert code(ada.s3.put_object, Bucket=lake, Key=f"main/home/{ada.name}/a", Body=b"x") is None
    assert code(bob.s3.get_object, Bucket=lake, Key=f"main/home/{ada.name}/a") == "AccessDenied"
    assert code(bob.s3.put_object, Bucket=lake, Key=f"main/home/{ada.name}/b", Body=b"x") == "AccessDenied"
