"""Pull requests: with the generated client, and rule by rule."""

import datetime
import threading

import lakefs_sdk as sdk
import pytest
from lakefs_sdk.exceptions import ApiException, BadRequestException, NotFoundException

from raw_api import message


@pytest.fixture
def pulls(api):
    return sdk.PullsApi(api.sdk._api)


@pytest.fixture
def branches(raw):
    """dev has a commit that main has not."""
    raw.branch("dev")
    raw.commit("dev", "work", {"a": "1"})
    return raw


def opened(pulls, repo, title="Take it", source="dev", destination="main", **fields):
    return pulls.create_pull_request(repo, sdk.PullRequestCreation(
        title=title, source_branch=source, destination_branch=destination, **fields)).id


def test_one_is_opened_changed_closed_and_merged(pulls, branches):
    repo = branches.name
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=5)
    number = opened(pulls, repo, description="why")
    assert len(number) == 20
    pull = pulls.get_pull_request(repo, number)
    assert (pull.id, pull.status, pull.title, pull.description) == (number, "open", "Take it", "why")
    assert (pull.source_branch, pull.destination_branch, pull.author) == ("dev", "main", "admin")
    assert before < pull.creation_date < before + datetime.timedelta(minutes=5)
    assert pull.merged_commit_id is None and pull.closed_date is None
    pulls.update_pull_request(repo, number, sdk.PullRequestBasic(title="Better", status="closed"))
    pull = pulls.get_pull_request(repo, number)
    assert (pull.title, pull.description, pull.status) == ("Better", "why", "closed") and pull.closed_date > before
    with pytest.raises(BadRequestException, match="bad pull request status"):
        pulls.merge_pull_request(repo, number)
    pulls.update_pull_request(repo, number, sdk.PullRequestBasic(status="open"))
    merge = pulls.merge_pull_request(repo, number)
    pull = pulls.get_pull_request(repo, number)
    assert (pull.status, pull.merged_commit_id) == ("merged", merge.reference) and pull.closed_date > before
    commit = branches.show("main")
    assert (commit["id"], commit["message"]) == (merge.reference, "Merge 'dev' into 'main'")
    assert branches.content() == {"a": "1"}
    for status in ("open", "closed"):
        with pytest.raises(BadRequestException, match="bad pull request status"):
            pulls.update_pull_request(repo, number, sdk.PullRequestBasic(status=status))
    with pytest.raises(BadRequestException, match="bad pull request status"):
        pulls.merge_pull_request(repo, number)
    # What is merged may still be described.
    pulls.update_pull_request(repo, number, sdk.PullRequestBasic(description="done"))
    assert pulls.get_pull_request(repo, number).description == "done"


def test_pages_by_state(pulls, branches):
    repo = branches.name
    numbers = [opened(pulls, repo, f"number {n}") for n in range(7)]
    pulls.update_pull_request(repo, numbers[2], sdk.PullRequestBasic(status="closed"))
    pulls.merge_pull_request(repo, numbers[4])

    def listed(**query):
        found, after = [], ""
        while True:
            page = pulls.list_pull_requests(repo, amount=2, after=after, **query)
            found += [row.id for row in page.results]
            if not page.pagination.has_more:
                return found
            after = page.pagination.next_offset

    # Newest first.
    assert listed() == listed(status="all") == numbers[::-1]
    assert listed(status="closed") == [numbers[4], numbers[2]]
    assert listed(status="open") == [n for n in numbers[::-1] if n not in (numbers[2], numbers[4])]
    assert listed(prefix=numbers[3]) == [numbers[3]]


def test_what_cannot_be_opened(pulls, branches):
    repo = branches.name
    branches.tag("v1")
    with pytest.raises(BadRequestException):
        opened(pulls, repo, source="main")
    for name in ("none", "v1", branches.head()):
        with pytest.raises(NotFoundException):
            opened(pulls, repo, source=name)
        with pytest.raises(NotFoundException):
            opened(pulls, repo, destination=name)
    for fields in ({"source": "a b"}, {"title": "x" * 1025}, {"description": "x" * 65537}, {"title": "a\0b"}):
        with pytest.raises(BadRequestException):
            opened(pulls, repo, **fields)
    with pytest.raises(NotFoundException):
        opened(pulls, "no-such-repository")
    assert pulls.list_pull_requests(repo).results == []


def test_those_that_are_not_there(pulls, branches):
    for number, error in (("0" * 20, NotFoundException), ("x", BadRequestException), ("0" * 19 + "z", BadRequestException)):
        for call in (
            lambda: pulls.get_pull_request(branches.name, number),
            lambda: pulls.update_pull_request(branches.name, number, sdk.PullRequestBasic(title="x")),
            lambda: pulls.merge_pull_request(branches.name, number),
        ):
            with pytest.raises(error):
                call()
    assert branches.status("PATCH", f"/pulls/{opened(pulls, branches.name)}", json={"status": "merged"}) == 400


def test_what_cannot_be_merged_stays_open(pulls, branches):
    repo = branches.name
    number = opened(pulls, repo)
    branches.commit("main", "theirs", {"a": "2"})
    before = branches.head()
    with pytest.raises(ApiException) as conflict:
        pulls.merge_pull_request(repo, number)
    assert conflict.value.status == 409
    answer = branches.call("PUT", f"/pulls/{number}/merge")
    assert (answer.status_code, answer.json()) == (409, {"reference": ""})
    assert (branches.head(), pulls.get_pull_request(repo, number).status) == (before, "open")
    # Nothing to merge.
    branches.branch("same", "main")
    same = opened(pulls, repo, source="same")
    with pytest.raises(BadRequestException, match="no changes"):
        pulls.merge_pull_request(repo, same)
    # A branch that went meanwhile.
    branches.done(204, "DELETE", "/branches/same")
    with pytest.raises(NotFoundException):
        pulls.merge_pull_request(repo, same)
    # Uncommitted changes in the destination.
    branches.branch("clean", "dev")
    branches.commit("clean", "more", {"b": "1"})
    dirty = opened(pulls, repo, source="clean", destination="dev")
    branches.write("dev", {"c": "1"})
    with pytest.raises(BadRequestException):
        pulls.merge_pull_request(repo, dirty)
    assert {row.status for row in pulls.list_pull_requests(repo).results} == {"open"}


def test_of_many_merges_at_once_one_is_made(pulls, branches):
    number = opened(pulls, branches.name)
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(branches.call("PUT", f"/pulls/{number}/merge"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    merged = [answer for answer in answers if answer.status_code == 200]
    assert len(merged) == 1 and merged[0].json()["reference"] == branches.head()
    assert {message(answer) for answer in answers if answer.status_code == 400} <= {"bad pull request status"}
    assert len(branches.log("main", first_parent=True)) == 2
