"""Rows of access: the policies of one of many users, and what deciding by them adds to a request."""

import json
import pathlib
import re
import shutil
import subprocess

import calls
import signing
from measurement import API, KEY, S3, SECRET

USERS, POLICIES, OWN = 10_000, 1_000, 20
REPOSITORY = "bench-access"
HERE = pathlib.Path(__file__).resolve().parent


def measure(bench):
    bench.title(f"Access, {USERS} users, {POLICIES} policies of 5 statements, {OWN} for each user asked about")
    post = lambda path, body: signing.basic(KEY, SECRET, API, "POST", f"/api/v1{path}", json.dumps(body).encode())  # noqa: E731
    bench.row("REST create policy", API, lambda run: [
        post("/auth/policies", policy(number)) for number in range(run, POLICIES, bench.options.runs)], 16)
    bench.row("REST create user", API, lambda run: [
        post("/auth/users", {"id": f"bench-user-{number}"}) for number in range(run, USERS, bench.options.runs)], 16)
    names = [f"bench-user-{number}" for number in range(0, USERS, USERS // 100)]
    for name in names:
        for number in bench.random.sample(range(POLICIES), OWN):
            bench.rest("PUT", f"/auth/users/{name}/policies/bench-policy-{number}")
    for concurrency, count in ((1, 500), (32, 4_000)):
        bench.row("REST effective policies of a user", API, lambda run: [signing.basic(
            KEY, SECRET, API, "GET", f"/api/v1/auth/users/{bench.random.choice(names)}/policies?effective=true&amount=100")
            for _ in range(count)], concurrency, p50_bar=5 if concurrency == 1 else None)

    bench.make_repository(REPOSITORY)
    bench.stage_many(REPOSITORY, range(1))
    key = json.loads(bench.rest("POST", f"/auth/users/{names[0]}/credentials"))
    last = {"id": "bench-allows", "statement": [
        {"effect": "allow", "action": ["fs:*"], "resource": f"arn:lakefs:fs:::repository/{REPOSITORY}/object/*"}]}
    bench.rest("POST", "/auth/policies", last)
    bench.rest("PUT", f"/auth/users/{names[0]}/policies/bench-allows")
    target = f"/{REPOSITORY}/main/{calls.lake_path(0)}"
    for who, access, secret in (("an administrator", KEY, SECRET), (f"{OWN} policies", key["access_key_id"], key["secret_access_key"])):
        signer = signing.Signer(access, secret, "us-east-1", S3)
        bench.row(f"S3 HEAD by {who}", S3, lambda run: [signer.request("HEAD", target) for _ in range(bench.options.requests)], 32)
    decisions(bench)


def decisions(bench):
    """What one decision costs in the evaluator alone, by its own program: the slowest of a hundred."""
    if not shutil.which("swift"):
        return print("no swift here: what a decision costs is not measured")
    output = subprocess.run(
        ["swift", "run", "-c", "release", "--package-path", HERE / "rights", "measure-rights", str(OWN), "5"],
        check=True, capture_output=True, text=True).stdout
    for line in output.splitlines():
        if found := re.match(r"  (\w+): (read, .*): (\S+)  (\S+)  (\S+)$", line):
            shape, question, _, p99, _ = found.groups()
            bench.value(f"decision, {shape}, {question}", float(p99), "µs", bar=15, detail="p99")


def policy(number):
    return {"id": f"bench-policy-{number}", "statement": [
        {"effect": "allow", "action": ["fs:ReadObject", "fs:ListObjects"],
         "resource": f"arn:lakefs:fs:::repository/lake-{number}/object/teams/team-{number}/tables/{part}/*"}
        for part in range(5)]}
