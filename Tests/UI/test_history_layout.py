"""The graph of commits and the comparison of sequences, against what must hold of them, at random."""

import difflib
import json
import os
import pathlib
import random
import subprocess

import pytest

HARNESS = pathlib.Path(__file__).with_name("history_harness.ts")
SEED = int(os.environ.get("TARN_TEST_SEED", random.randrange(2**32)))


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    script = tmp_path_factory.mktemp("harness") / "harness.mjs"
    subprocess.run(["esbuild", str(HARNESS), "--bundle", "--platform=node", "--format=esm", "--target=es2020", "--log-level=warning",
                    f"--outfile={script}"], check=True)

    def run(graphs=(), pairs=()):
        asked = json.dumps({"graphs": list(graphs), "pairs": list(pairs)})
        done = subprocess.run(["node", str(script)], input=asked, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def history(chance, size):
    """Commits, children before parents, of which some have two parents, and some none."""
    commits = [{"id": str(number), "parents": []} for number in range(size)]
    for number in range(size - 1):
        older = range(number + 1, min(size, number + 8))
        count = chance.choice([0, 1, 1, 1, 1, 2, 2])
        commits[number]["parents"] = [str(parent) for parent in chance.sample(list(older), min(count, len(older)))]
    return commits


def test_lines_lead_from_each_commit_to_its_parents(ask):
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    graphs = [history(chance, size) for size in (1, 2, 5, 40, 200) for _ in range(6)]
    for commits, rows in zip(graphs, ask(graphs=graphs)["graphs"]):
        # Who waits in which lane at the bottom of a row: the children whose lines came there.
        waiting = {}
        for commit, row in zip(commits, rows):
            arrived = {child for edge in row["above"] if edge["to"] == row["lane"] for child in waiting.get(edge["from"], ())}
            expected = {other["id"] for other in commits if commit["id"] in other["parents"]}
            assert arrived == expected, (SEED, commit)
            passing = {edge["from"]: waiting.get(edge["from"], set()) for edge in row["above"] if edge["to"] != row["lane"] or edge["from"] != edge["to"]}
            passing = {lane: who for lane, who in passing.items() if not any(e["from"] == lane and e["to"] == row["lane"] for e in row["above"])}
            below = {}
            for edge in row["below"]:
                mine = edge["from"] == row["lane"] and edge["from"] not in passing
                who = {commit["id"]} if mine else passing.get(edge["from"], set())
                below.setdefault(edge["to"], set()).update(who)
            waiting = below
            assert row["lane"] < row["lanes"] and all(max(edge.values()) < row["lanes"] for edge in row["above"] + row["below"])


def test_a_straight_line_stays_in_one_lane(ask):
    rows = ask(graphs=[[{"id": str(n), "parents": [str(n + 1)]} for n in range(20)]])["graphs"][0]
    assert {row["lane"] for row in rows} == {0} and {row["lanes"] for row in rows} == {1}


def test_differences_lead_from_one_side_to_the_other(ask):
    chance = random.Random(SEED + 1)
    print(f"seed {SEED}")
    pairs = [([], []), (["a"], []), ([], ["a"]), (["a"], ["a"]), (list("abcabba"), list("cbabac"))]
    for _ in range(300):
        words = "abcdefgh"[:chance.randint(1, 8)]
        left = chance.choices(words, k=chance.randint(0, 30))
        right = list(left) if chance.random() < 0.5 else chance.choices(words, k=chance.randint(0, 30))
        for _ in range(chance.randint(0, 6)):
            right.insert(chance.randint(0, len(right)), chance.choice(words))
            if chance.random() < 0.5:
                right.pop(chance.randrange(len(right)))
        pairs.append((left, right))
    for (left, right), answer in zip(pairs, ask(pairs=pairs)["pairs"]):
        steps = answer["steps"]
        assert [left[step["left"]] for step in steps if step["kind"] != "add"] == left, SEED
        assert [right[step["right"]] for step in steps if step["kind"] != "del"] == right, SEED
        assert [step["left"] for step in steps if step["left"] >= 0] == list(range(len(left)))
        assert [step["right"] for step in steps if step["right"] >= 0] == list(range(len(right)))
        assert all(left[step["left"]] == right[step["right"]] for step in steps if step["kind"] == "same")
        # No longer than what another comparison finds.
        blocks = difflib.SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
        assert sum(step["kind"] == "same" for step in steps) >= sum(block.size for block in blocks), (SEED, left, right)
        shown = answer["shown"]
        assert [step for step in shown if step["kind"] in ("add", "del")] == [step for step in steps if step["kind"] in ("add", "del")]
        assert len(steps) == sum(step.get("count", 1) for step in shown)


def test_what_differs_in_nearly_everything_is_given_up(ask):
    answers = ask(pairs=[([f"l{n}" for n in range(5_000)], [f"r{n}" for n in range(5_000)]), ([f"{n}" for n in range(50_000)], [f"{n}" for n in range(1, 50_001)])])["pairs"]
    assert answers[0]["steps"] is None
    assert [step["kind"] for step in answers[1]["steps"] if step["kind"] != "same"] == ["del", "add"]
