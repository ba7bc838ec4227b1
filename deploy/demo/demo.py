"""The whole story on real files: sync, commit, branch, change, diff, merge, read back, revert, read back again.

Real clients: `aws s3 sync`, boto3 and the official lakefs package. Every byte is compared; the first difference ends it with 1.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
import lakefs
import requests
from botocore.config import Config
from lakefs.client import Client

MINIMUM_FILES, MINIMUM_BYTES = 2_000, 200_000_000
API, S3 = os.environ["TARN_ENDPOINT"], os.environ["TARN_S3_ENDPOINT"]
KEYS = (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])


class Step:
    """Prints what is done and how long it took."""

    def __init__(self, text):
        self.text, self.note = text, ""

    def __enter__(self):
        print(f"{self.text} … ", end="", flush=True)
        self.start = time.monotonic()
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            print(f"{self.note + ', ' if self.note else ''}{time.monotonic() - self.start:.2f} s", flush=True)
        else:
            print("failed", flush=True)


def check(condition, message):
    if not condition:
        sys.exit(f"demo failed: {message}")


def digest(path):
    value = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            value.update(chunk)
    return value.hexdigest()


def tree(folder):
    """Path below the folder → SHA-256 of every file."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with ThreadPoolExecutor(4) as pool:
        return dict(zip((path.relative_to(folder).as_posix() for path in paths), pool.map(digest, paths)))


def sources():
    """The real files: the Swift toolchain's share and include folders, the system's headers, then libraries for the bulk."""
    swift = pathlib.Path(shutil.which("swift") or sys.exit("demo failed: no swift on the PATH")).resolve()
    root = swift.parent.parent
    return [("share", root / "share"), ("include", root / "include"), ("headers", pathlib.Path("/usr/include")),
            ("lib", root / "lib"), ("doc", pathlib.Path("/usr/share/doc"))]


def copy_sources(folder):
    """Copies real files, folder by folder, until there are enough of them; links are followed as files."""
    files = size = 0
    for name, source in sources():
        for path in sorted(source.rglob("*")):
            enough = files >= MINIMUM_FILES and size >= MINIMUM_BYTES
            if enough and name not in ("share", "include"):
                return files, size
            if not path.is_file() or path.stat().st_size > 64_000_000 or (name == "lib" and size >= 2 * MINIMUM_BYTES):
                continue
            target = folder / name / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            files += 1
            size += path.stat().st_size
    return files, size


def s3_client():
    return boto3.client("s3", endpoint_url=S3, region_name="us-east-1",
                        config=Config(s3={"addressing_style": "path"}, max_pool_connections=16))


def read_back(repository, ref, folder):
    """Every object of a reference, read through S3: path → SHA-256 of the bytes that came."""
    s3 = s3_client()
    keys = [item["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=repository, Prefix=f"{ref}/")
            for item in page.get("Contents", [])]

    def fetch(key):
        value = hashlib.sha256()
        for chunk in s3.get_object(Bucket=repository, Key=key)["Body"].iter_chunks(1 << 20):
            value.update(chunk)
        return value.hexdigest()

    with ThreadPoolExecutor(8) as pool:
        return dict(zip((key[len(ref) + 1:] for key in keys), pool.map(fetch, keys)))


def compare(found, expected, what):
    missing, extra = expected.keys() - found.keys(), found.keys() - expected.keys()
    different = [path for path in expected.keys() & found.keys() if found[path] != expected[path]]
    check(not (missing or extra or different),
          f"{what}: {len(missing)} missing, {len(extra)} unexpected, {len(different)} different; "
          f"for example {sorted([*missing, *extra, *different])[:3]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repository", default="demo")
    parser.add_argument("--namespace", default=None, help="storage namespace; by default a fresh one below the store's")
    options = parser.parse_args()
    name = options.repository

    client = Client(host=API, username=KEYS[0], password=KEYS[1])
    repository = lakefs.Repository(name, client=client)
    prefix = requests.get(f"{API}/api/v1/config", auth=KEYS, timeout=30).json()["storage_config"]["default_namespace_prefix"]
    namespace = options.namespace or f"{prefix.rstrip('/') + '/' if not prefix.endswith('//') else prefix}{name}-{time.time_ns()}"

    with tempfile.TemporaryDirectory(prefix="tarn-demo-") as scratch:
        folder = pathlib.Path(scratch) / "files"
        folder.mkdir()
        with Step("gathering real files of the Swift toolchain") as step:
            files, size = copy_sources(folder)
            check(files >= MINIMUM_FILES and size >= MINIMUM_BYTES, f"only {files} files and {size} bytes to work with")
            before = tree(folder)
            step.note = f"{files} files, {size / 1e6:.0f} MB"

        with Step(f"repository '{name}' in {namespace}") as step:
            if requests.get(f"{API}/api/v1/repositories/{name}", auth=KEYS, timeout=30).status_code == 200:
                repository.delete()
                step.note = "replaced an earlier one"
            repository.create(storage_namespace=namespace)

        with Step(f"aws s3 sync to s3://{name}/main/") as step:
            subprocess.run(
                ["aws", "--endpoint-url", S3, "--region", "us-east-1", "s3", "sync", "--only-show-errors", str(folder),
                 f"s3://{name}/main/"],
                check=True, env={**os.environ, "AWS_EC2_METADATA_DISABLED": "true"})
            step.note = f"{files} objects"

        main_branch = repository.branch("main")
        with Step("uncommitted changes on main") as step:
            changes = sum(1 for _ in main_branch.uncommitted())
            check(changes == files, f"{changes} uncommitted changes, expected {files}")
            step.note = f"{changes} rows"
        with Step("commit") as step:
            first = main_branch.commit("Add the toolchain's files", metadata={"source": "swift"})
            step.note = first.id[:12]

        with Step("branch 'work' from main") as step:
            work = repository.branch("work").create("main")

        paths = sorted(before)
        changed, deleted = paths[5:405:4], paths[6:306:3]
        added = [f"added/é {number:03d}+&.txt" for number in range(120)]
        after = {path: value for path, value in before.items() if path not in set(deleted)}
        s3 = s3_client()
        with Step("change, add and delete on 'work' with boto3") as step:
            for path in changed:
                body = b"changed: " + path.encode()
                s3.put_object(Bucket=name, Key=f"work/{path}", Body=body)
                after[path] = hashlib.sha256(body).hexdigest()
            for path in added:
                body = os.urandom(2_000)
                s3.put_object(Bucket=name, Key=f"work/{path}", Body=body)
                after[path] = hashlib.sha256(body).hexdigest()
            answer = s3.delete_objects(
                Bucket=name, Delete={"Objects": [{"Key": f"work/{path}"} for path in deleted]})
            check(not answer.get("Errors"), answer.get("Errors"))
            overlap = set(changed) & set(deleted)
            for path in overlap:
                after.pop(path, None)
            changed = [path for path in changed if path not in overlap]
            step.note = f"{len(changed)} changed, {len(added)} added, {len(deleted)} deleted"

        with Step("commit on 'work'"):
            work.commit("Change, add and delete")
        with Step("diff main...work") as step:
            rows = {}
            for row in main_branch.diff(other_ref=work):
                rows.setdefault(row.type, set()).add(row.path)
            check(rows.get("changed", set()) == set(changed), "the changed rows differ")
            check(rows.get("added", set()) == set(added), "the added rows differ")
            check(rows.get("removed", set()) == set(deleted), "the removed rows differ")
            check(set(rows) == {"changed", "added", "removed"}, f"unexpected rows {set(rows)}")
            step.note = ", ".join(f"{len(paths)} {kind}" for kind, paths in sorted(rows.items()))
        with Step("main is untouched, byte for byte") as step:
            compare(read_back(name, "main", folder), before, "main before the merge")
            step.note = f"{len(before)} objects"

        with Step("merge 'work' into main") as step:
            merged = work.merge_into(main_branch)
            step.note = merged[:12]
        with Step("read main back, byte for byte") as step:
            compare(read_back(name, "main", folder), after, "main after the merge")
            step.note = f"{len(after)} objects"

        with Step("revert the merge"):
            main_branch.revert(merged, parent_number=1)
        with Step("read the old state back, byte for byte") as step:
            compare(read_back(name, "main", folder), before, "main after the revert")
            step.note = f"{len(before)} objects"
        with Step("and the merged state by its commit id") as step:
            compare(read_back(name, merged, folder), after, "the merge commit")
            step.note = f"{len(after)} objects"
        log = [commit.message for commit in repository.ref("main").log(max_amount=10)]
        check(len(log) == 5, f"{len(log)} commits in the log of main, expected 5: {json.dumps(log)}")
        print("the log of main:")
        for message in log:
            print(f"    {message}")
    print("demo passed: every byte is as it should be")


main()
