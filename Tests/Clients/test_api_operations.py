"""Operations that no other test needs, by the official SDK."""

import lakefs_sdk as sdk
import pytest
import requests
from lakefs_sdk.exceptions import ApiException, NotFoundException
from people import person  # noqa: F401 - a fixture

from raw_api import message


@pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
def test_configuration(api):
    internal = sdk.InternalApi(api.sdk._api)
    whole = sdk.ConfigApi(api.sdk._api).get_config()
    assert internal.get_lake_fs_version().version == whole.version_config.version
    assert internal.get_storage_config() == whole.storage_config


def test_preferences_and_statistics_are_taken_and_not_kept(api):
    internal = sdk.InternalApi(api.sdk._api)
    internal.setup_comm_prefs(sdk.CommPrefsInput(email="a@b.example", feature_updates=False, security_updates=False))
    assert not internal.get_setup_state().comm_prefs_missing
    internal.post_stats_events(sdk.StatsEventsList(events=[sdk.StatsEvent(var_class="c", name="n", count=1)]))
    with pytest.raises(NotFoundException, match="installation not found"):
        internal.get_usage_report_summary()


def test_whether_an_object_may_be_written(api, repo, repository):
    internal = sdk.InternalApi(api.sdk._api)
    internal.upload_object_preflight(repo, "main", "a/b")
    for branch, path, status in (("none", "a", 404), ("main", "x" * 1025, 400)):
        with pytest.raises(ApiException) as error:
            internal.upload_object_preflight(repo, branch, path)
        assert error.value.status == status
    assert list(repository.branch("main").objects()) == []


def test_bytes_at_an_address_that_was_handed_out_are_staged(api, raw):
    """The SDK leaves this operation out; older clients have it."""
    objects, staging = sdk.ObjectsApi(api.sdk._api), sdk.StagingApi(api.sdk._api)
    location = staging.get_physical_address(raw.name, "main", "a", presign=True)
    requests.put(location.presigned_url, data=b"hello", timeout=60).raise_for_status()
    entry = {
        "physical_address": location.physical_address, "checksum": "sum", "size_bytes": 5, "metadata": {"k": "v"},
        "content_type": "text/x", "mtime": 1_700_000_000}
    staged = raw.done(201, "PUT", "/branches/main/objects", params={"path": "a"}, json=entry).json()
    assert staged == raw.get("/refs/main/objects/stat", path="a")
    assert [staged[name] for name in ("checksum", "size_bytes", "content_type", "mtime", "metadata")] == [
        "sum", 5, "text/x", 1_700_000_000, {"k": "v"}]
    assert objects.get_object(raw.name, "main", "a") == b"hello"
    # It was handed out for this path.
    assert raw.status("PUT", "/branches/main/objects", params={"path": "b"}, json=entry) == 400


def test_what_a_user_may_do_is_told_with_the_policies_that_say_so(api, person):
    one = person(("allow", ["fs:ReadObject", "fs:ListObjects"], "arn:lakefs:fs:::repository/lake/object/logs/*"))

    def decision(action, resource, **query):
        answer = api.request("GET", f"/auth/users/{one.name}/decision", params={"action": action, "resource": resource, **query})
        assert answer.status_code == 200, answer.text
        return answer.json()

    logs = "arn:lakefs:fs:::repository/lake/object/logs/"
    assert decision("fs:ReadObject", logs + "a") == {"allowed": True, "decision": "allowed", "policies": [one.policy]}
    assert decision("fs:ListObjects", logs + "2026/*")["allowed"]
    for action, resource in (
        ("fs:ReadObject", "arn:lakefs:fs:::repository/lake/object/a"), ("fs:WriteObject", logs + "a"),
        ("fs:ListObjects", "arn:lakefs:fs:::repository/lake/object/*"), ("fs:ReadObject", "*"),
    ):
        assert decision(action, resource) == {"allowed": False, "decision": "not_allowed", "policies": []}, (action, resource)
    # As the services decide.
    one.auth.update_policy(one.policy, one.document(("allow", ["fs:*"], "*"), ("deny", ["fs:ReadObject"], logs + "*")))
    assert decision("fs:ReadObject", logs + "a") == {"allowed": False, "decision": "denied", "policies": [one.policy]}
    assert decision("fs:ReadObject", "arn:lakefs:fs:::repository/lake/object/a")["allowed"]
    for query in ({"action": "fs:Fly", "resource": "*"}, {"action": "fs:ReadObject", "resource": "lake"}, {"action": "fs:ReadObject"}):
        assert api.request("GET", f"/auth/users/{one.name}/decision", params=query).status_code == 400
    nobody = api.request("GET", "/auth/users/nobody/decision", params={"action": "fs:ReadObject", "resource": "*"})
    assert (nobody.status_code, message(nobody)) == (404, "user not found")


def test_the_services_tell_how_they_do(api):
    rows = api.request("GET", "/services").json()["results"]
    assert [(row["name"], row["status"]) for row in rows] == [
        ("api", "ok"), ("index", "ok"), ("auth", "ok"), ("object store", "ok")]
    assert all(0 <= row["microseconds"] < 5_000_000 for row in rows)
