"""What schemathesis loads for `test_contract_fuzz.py`: names of things that are there, and the check of every answer.

Names made at random would all be answered 404. So most calls are led to a repository that has objects, branches and tags; some
keep the name that was made, and so does every part of a call that is wrong on purpose.
"""

import os
import zlib

import requests
import schemathesis
from contract import Contract
from schemathesis.core.parameters import ParameterLocation

REPOSITORY = os.environ["TARN_FUZZ_REPOSITORY"]
# Rules that protect all branches would leave nothing to try.
SPARE = os.environ["TARN_FUZZ_SPARE"]
CONTRACT = Contract(requests.get(os.environ["TARN_ENDPOINT"] + "/openapi.json", timeout=30).json())

REFERENCES = ["main", "dev", "v1", "main~1", "main@", "main$", "dev^1"]
PATHS = ["a", "dir/b", "dir/", "data/é.txt", "new"]
USERS = ["u0", "u1", "u2"]
BRANCHES = ["main", "dev", "b0", "b1", "b2"]


def one_of(values, made):
    """One of the values, or what was made: always the same for the same made value."""
    number = zlib.crc32(repr(made).encode())
    return made if number % 8 == 0 else values[number // 8 % len(values)]


# By the parameter's name, wherever it stands.
KNOWN = {
    "ref": REFERENCES, "leftRef": REFERENCES, "rightRef": REFERENCES, "sourceRef": REFERENCES, "commitId": REFERENCES,
    "source": REFERENCES, "src_ref": REFERENCES, "onto": REFERENCES, "stop_at": REFERENCES,
    "branch": BRANCHES, "destinationBranch": BRANCHES, "source_branch": BRANCHES, "destination_branch": BRANCHES,
    "name": BRANCHES, "id": [*USERS, "t0", "t1"], "tag": ["v1", "t0", "t1"], "path": PATHS, "dest_path": PATHS, "src_path": PATHS,
    "after": ["", "a", "dir/"], "prefix": ["", "dir/", "a"], "delimiter": ["/", ""],
    "parent_number": [0, 1], "strategy": ["", "source-wins", "dest-wins"], "date": [None, 1_700_000_000],
}
# What only an answer could have told is left out mostly.
UNKNOWN = ["source_metarange", "stop_at", "since", "If-Match"]


def replace(values, operation):
    """Puts known names in place of made ones."""
    # It remembers names from answers, too: those that it needs itself stay.
    if operation == "deleteRepository" and values.get("repository") in (REPOSITORY, SPARE):
        values["repository"] = "not-this-one"
    for name in ("userId", "groupId", "policyId", "accessKeyId"):
        if name in values and not operation.startswith(("get", "list")):
            values[name] = USERS[zlib.crc32(repr(values[name]).encode()) % len(USERS)]
    for name, made in list(values.items()):
        if name == "repository" and operation != "deleteRepository":
            values[name] = one_of([SPARE if "ProtectionRule" in operation else REPOSITORY], made)
        elif name == "branch" and operation == "deleteBranch":
            values[name] = one_of(["b0", "b1", "b2"], made)
        elif name in KNOWN and isinstance(made, (str, int)):
            values[name] = one_of(KNOWN[name], made)
        elif name in UNKNOWN and one_of([None], made) is None:
            del values[name]
        if values.get(name, made) is None:
            del values[name]


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw["operationId"]

    def is_right(location):
        return case.meta is None or not case.meta.is_negative_at(location)

    if case.path_parameters and is_right(ParameterLocation.PATH):
        replace(case.path_parameters, operation)
    if case.query and is_right(ParameterLocation.QUERY):
        replace(case.query, operation)
    if isinstance(case.body, dict) and is_right(ParameterLocation.BODY) and operation not in (
            "createRepository", "resetBranch"):
        replace(case.body, operation)


@schemathesis.check
def refuses_wrong_bodies(context, response, case):
    """JSON that breaks its schema.

    Of the rest nothing can be said: in a query every value is a text, the first of several counts, and an object may be any bytes.
    """
    parts = [part for part in ParameterLocation if case.meta is not None and case.meta.is_negative_at(part)]
    if parts == [ParameterLocation.BODY] and case.media_type == "application/json":
        schemathesis.checks.negative_data_rejection(context, response, case)


@schemathesis.check
def keeps_the_contract(context, response, case):
    """No 500, and no answer that breaks the document."""
    request = response.request
    violation = CONTRACT.violation(request.method, request.url, response.status_code,
                                   {name.title().replace("Id", "ID"): values[0] for name, values in response.headers.items()},
                                   response.content)
    assert violation is None, violation
