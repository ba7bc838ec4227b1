"""Rows of the index, called as the gateway and the API call it: versions of repositories of many sizes, a long history."""

import time
import uuid

import calls
import replay
from measurement import INDEX

# Small calls go out together, as those of a busy gateway do: so many in one body, over a few connections.
TOGETHER = 8


def measure(bench):
    for size in bench.options.sizes:
        Versions(bench, size).measure()
    if bench.options.history:
        history(bench, bench.options.history)


class Versions:
    """The rows of one repository of `size` objects."""

    def __init__(self, bench, size):
        self.bench, self.size, self.name = bench, size, f"versions-{size}"
        self.many = min(10_000, size // 15)
        self.unchanged = iter(bench.random.sample(range(size), size))

    def measure(self):
        self.bench.make_repository(self.name)
        self.bench.title(f"{self.size} objects")
        self.fill()
        self.commit_one()
        self.differences()
        self.merges()
        self.reads()
        self.writes()
        self.tombstones()
        self.branches()

    # Pieces

    def random_paths(self, count):
        return [calls.lake_path(self.bench.random.randrange(self.size)) for _ in range(count)]

    def commit(self, branch):
        return "index.createCommit", {
            "repository": self.name, "branch": branch, "message": "A change", "metadata": {}, "allowsEmpty": False,
            "force": False, "operationID": uuid.uuid4().hex}

    def create_branch(self, branch, source="main"):
        return "index.createBranch", {
            "repository": self.name, "name": branch, "source": source, "isHidden": False, "force": False,
            "operationID": uuid.uuid4().hex}

    def diff(self, left, right, after=""):
        return "index.diffRefs", {
            "repository": self.name, "left": left, "right": right, "type": "two_dot", "delimiter": "",
            "range": {"prefix": "", "after": after, "amount": 1_000}, "includesRight": False}

    def merge(self, source, destination):
        return "index.mergeBranch", {
            "repository": self.name, "source": source, "destination": destination, "metadata": {}, "resolutions": [],
            "squashes": False, "allowsEmpty": False, "force": False, "operationID": uuid.uuid4().hex}

    def changed(self, branch, changes):
        """A new branch with one commit that overwrites so many objects, each that of no other; the commit's id."""
        self.bench.call(*self.create_branch(branch))
        paths = [calls.lake_path(next(self.unchanged)) for _ in range(changes)]
        members = [calls.stage(self.name, branch, path, 7) for path in paths]
        replay.replay(INDEX, self.bench.bodies(members, 256), 4, calls.answers)
        return self.bench.call(*self.commit(branch))["id"]

    def row(self, name, members_of_run, concurrency=1, together=1):
        self.bench.row(
            name, INDEX, lambda run: self.bench.bodies(members_of_run(run), together, "api"), concurrency, together,
            calls.answers)

    # Rows

    def fill(self):
        """All objects in one commit; its time from the last object staged, and its CPU with what is left of folding."""
        start = time.perf_counter()
        self.bench.stage_many(self.name, range(self.size))
        staged, before = time.perf_counter(), self.bench.installation.cpu()
        self.base = self.bench.call(*self.commit("main"))["id"]
        seconds = time.perf_counter() - staged
        self.bench.installation.settle()
        self.bench.add(f"commit of {self.size} staged", 1, 1, before, self.bench.installation.cpu(), 1 / seconds,
                       seconds * 1e3, seconds * 1e3)
        print(f"  (staged in {staged - start:.1f} s)")
        # The rows that were staged go two minutes later: what is measured next is not to pay for that.
        self.bench.installation.until_swept()

    def commit_one(self):
        """Each on a branch with one staged change; only the commits are counted."""
        def members(run):
            count = self.bench.options.commits
            made = [f"one-{run}-{number}" for number in range(count)]
            replay.replay(INDEX, self.bench.bodies([self.create_branch(branch) for branch in made], 1, "api"), 4, calls.answers)
            staged = [calls.stage(self.name, branch, path, 7) for branch, path in zip(made, self.random_paths(count))]
            replay.replay(INDEX, self.bench.bodies(staged, 256), 1, calls.answers)
            return [self.commit(branch) for branch in made]
        self.row("commit of 1 change", members)

    def differences(self):
        commits = [self.changed(f"ten-{number}", 10) for number in range(20)]
        self.row("diff of 10 changes", lambda run: [self.diff("main", commits[at % 20]) for at in range(200)])
        many = self.changed("many", self.many)
        pages, after, rows = [], "", 1
        while rows:
            pages.append(self.diff("main", many, after))
            answer = self.bench.call(*pages[-1])
            rows = answer["hasMore"] and len(answer["results"])
            after = answer["results"][-1]["path"]
        self.row(f"diff of {self.many} changes, a page of {len(pages)}", lambda run: pages)

    def merges(self):
        """Into a branch that has diverged, and goes on doing so."""
        for changes, count in ((10, 50), (self.many, 2)):
            into = f"into-{changes}"
            self.changed(into, changes)
            sources = [[self.changed(f"from-{changes}-{run}-{number}", changes) for number in range(count)]
                       for run in range(self.bench.options.runs)]
            self.row(f"merge of {changes} changes", lambda run: [self.merge(source, into) for source in sources[run]])

    def get(self, reference, paths):
        return [("index.getObject", {"repository": self.name, "reference": reference, "path": path}) for path in paths]

    def reads(self):
        count = self.bench.options.requests // TOGETHER * TOGETHER
        for what, reference in (("commit id", self.base), ("branch", "main")):
            self.row(f"get by {what}", lambda run: self.get(reference, self.random_paths(count)), 32 // TOGETHER, TOGETHER)
        self.bench.call(*self.create_branch("staged"))
        paths = self.random_paths(20_000)
        replay.replay(INDEX, self.bench.bodies([calls.stage(self.name, "staged", path, 7) for path in paths], 256), 4, calls.answers)
        self.row("get by branch, staged",
                 lambda run: self.get("staged", self.bench.random.choices(paths, k=count)), 32 // TOGETHER, TOGETHER)

    def writes(self):
        def members(run):
            count = self.bench.options.requests // TOGETHER * TOGETHER
            return [calls.stage(self.name, "staged", path, 7) for path in self.random_paths(count)]
        self.row("stage", members, 32 // TOGETHER, TOGETHER)
        row = self.bench.rows[-1]
        print(f"  ({row['rate'] / self.bench.pgbench[32]:.2f} × the rate of pgbench's durable INSERT)")

    def list(self, reference, after="", prefix="", delimiter=""):
        return "index.listObjects", {
            "repository": self.name, "reference": reference, "delimiter": delimiter,
            "range": {"prefix": prefix, "after": after, "amount": 1_000}}

    def tombstones(self):
        """Listings; then those of a branch on which every object before what is listed was deleted, uncommitted."""
        self.row("list of 1,000", lambda run: [self.list("main", path) for path in self.random_paths(300)])
        self.row("list of prefixes of many keys", lambda run: [self.list("main", "", "table=events/", "/")] * 300)
        branch = "deleted"
        self.bench.call(*self.create_branch(branch))
        members = [calls.stage(self.name, branch, f"z/{number:08d}", 7) for number in range(2_000)]
        replay.replay(INDEX, self.bench.bodies(members, 256), 4, calls.answers)
        for start in range(0, self.size, 100_000):
            paths = [calls.lake_path(number) for number in range(start, min(start + 100_000, self.size))]
            deletes = [("index.deleteObjects", {
                "repository": self.name, "branch": branch, "paths": paths[at:at + 1_000], "force": False,
                "operationID": uuid.uuid4().hex}) for at in range(0, len(paths), 1_000)]
            replay.replay(INDEX, self.bench.bodies(deletes, 1), 4, calls.answers)
        self.bench.installation.settle()
        self.row(f"list of 1,000 behind {self.size} tombstones", lambda run: [self.list(branch)] * 300)

    def branches(self):
        for concurrency, together, count in ((1, 1, 500), (16, TOGETHER, 3_200)):
            self.row("create branch", lambda run: [
                self.create_branch(f"b-{concurrency}-{run}-{number}") for number in range(count)],
                concurrency // together, together)


def history(bench, commits):
    """A history of branches that take turns in committing and merge into each other, and questions about it."""
    name, writers, turn = "history", 32, 100
    bench.make_repository(name)
    bench.title(f"history of {commits} commits")
    pieces = Versions(bench, 0)
    pieces.name = name
    branches = [f"writer-{number}" for number in range(writers)]
    for branch in branches:
        bench.call(*pieces.create_branch(branch))
    start, made = time.perf_counter(), 0

    def empty(method, message):
        return method, {**message, "allowsEmpty": True}

    while made < commits:
        members = [empty(*pieces.commit(branch)) for _ in range(turn) for branch in branches]
        replay.replay(INDEX, bench.bodies(members, 1, "api"), 16, calls.answers)
        for branch in branches:
            bench.call(*empty(*pieces.merge(branch, "main")))
        for branch in branches[::2]:
            bench.call(*empty(*pieces.merge("main", branch)))
        made += writers * (turn + 1) + writers // 2
    print(f"  ({made} commits made in {time.perf_counter() - start:.0f} s)")
    bench.installation.settle()
    log = {"repository": name, "after": "", "amount": 100, "isLimited": False, "firstParentOnly": False, "objects": [],
           "prefixes": []}
    pieces.row("log, first page", lambda run: [("index.logCommits", {**log, "reference": "main"})] * 200)
    pieces.row("log by first parents, first page",
               lambda run: [("index.logCommits", {**log, "reference": "main", "firstParentOnly": True})] * 200)
    pieces.row("merge base", lambda run: [
        ("index.findMergeBase", {"repository": name, "source": branch, "destination": other})
        for branch in branches for other in (*bench.random.sample(branches, 5), "main")])
