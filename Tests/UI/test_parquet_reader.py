"""The UI's own Parquet reader beside pyarrow: the same rows of the same files; broken files are refused, and nothing worse."""

import datetime
import decimal
import json
import os
import pathlib
import random
import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

HARNESS = pathlib.Path(__file__).with_name("parquet_harness.ts")
ROWS = 3_000
SHOWN = 100
SEED = int(os.environ.get("TARN_TEST_SEED", random.randrange(2**32)))


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Reads files with the UI's reader, run by node."""
    script = tmp_path_factory.mktemp("harness") / "harness.mjs"
    subprocess.run(["esbuild", str(HARNESS), "--bundle", "--platform=node", "--format=esm", "--target=es2020", "--log-level=warning",
                    f"--outfile={script}"], check=True)

    def run(paths):
        done = subprocess.run(["node", str(script), *map(str, paths)], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return {answer["path"]: answer for answer in map(json.loads, done.stdout.splitlines())}

    return run


def table():
    """Every type that is read, with nulls, nested, and a name that means something to JavaScript."""
    chance = random.Random(SEED)
    print(f"seed {SEED}")

    def some(make):
        return [None if chance.random() < 0.2 else make() for _ in range(ROWS)]

    def integer(bits, signed=True):
        low = -(2 ** (bits - 1)) if signed else 0
        return lambda: chance.randint(low, low + 2**bits - 1)

    def several(make, most=4):
        return lambda: [None if chance.random() < 0.2 else make() for _ in range(chance.randint(0, most))]

    word = lambda: "äö🙂" * chance.randint(0, 5) + str(chance.randint(0, 400))
    moment = lambda: datetime.datetime(1950, 1, 1) + datetime.timedelta(microseconds=chance.randint(0, 10**16))
    day = lambda: datetime.date(1900, 1, 1) + datetime.timedelta(days=chance.randint(0, 90_000))
    time = lambda: datetime.time(chance.randint(0, 23), 5, 9, chance.choice([0, 12]))
    struct = pa.struct([("a", pa.int16()), ("b", pa.struct([("c", pa.string()), ("d", pa.list_(pa.float64()))]))])
    return pa.table({
        "int8": pa.array(some(integer(8)), pa.int8()),
        "uint32": pa.array(some(integer(32, False)), pa.uint32()),
        "uint64": pa.array(some(integer(64, False)), pa.uint64()),
        "int64": pa.array(some(integer(64)), pa.int64()),
        "float": pa.array(some(chance.random), pa.float32()),
        "double": pa.array(some(lambda: chance.gauss(0, 1e9)), pa.float64()),
        "half": pa.array(some(lambda: chance.choice([1.5, -0.25, 6e-8])), pa.float16()),
        "bool": pa.array(some(lambda: chance.random() < 0.5)),
        "string": pa.array(some(word)),
        "binary": pa.array(some(lambda: chance.randbytes(chance.randint(0, 9)))),
        "fixed": pa.array(some(lambda: chance.randbytes(5)), pa.binary(5)),
        "decimal": pa.array(some(lambda: decimal.Decimal(chance.randint(-(10**10), 10**10)).scaleb(-2)), pa.decimal128(14, 2)),
        "date": pa.array(some(day)),
        "timestamp": pa.array(some(moment), pa.timestamp("us")),
        "instant": pa.array(some(lambda: moment().replace(microsecond=chance.choice([0, 250_000]))), pa.timestamp("ms", "UTC")),
        "time": pa.array(some(time), pa.time64("us")),
        "list": pa.array(some(several(integer(32))), pa.list_(pa.int32())),
        "lists": pa.array(some(several(several(word))), pa.list_(pa.list_(pa.string()))),
        "struct": pa.array(some(lambda: {"a": 1, "b": chance.choice([None, {"c": word(), "d": several(chance.random)()}])}), struct),
        "map": pa.array(some(lambda: [(f"k{at}", chance.choice([None, at])) for at in range(chance.randint(0, 3))]),
                        pa.map_(pa.string(), pa.int32())),
        "__proto__": pa.array(range(ROWS), pa.int32()),
        "null": pa.nulls(ROWS),
    })


def written(value, kind):
    """What the reader is to make of a value."""
    if value is None:
        return None
    if pa.types.is_map(kind):
        return [{"struct": [["key", written(key, kind.key_type)], ["value", written(item, kind.item_type)]]} for key, item in value]
    if pa.types.is_list(kind):
        return [written(item, kind.value_type) for item in value]
    if pa.types.is_struct(kind):
        fields = [kind.field(index) for index in range(kind.num_fields)]
        return {"struct": [[field.name, written(value[field.name], field.type)] for field in fields]}
    if pa.types.is_int64(kind) or pa.types.is_uint64(kind):
        return {"int": str(value)}
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, datetime.datetime):
        text, _, fraction = value.replace(tzinfo=None).isoformat(sep=" ").partition(".")
        fraction = fraction[:3] if kind.unit == "ms" else fraction
        return text + ("." + fraction if fraction else "") + ("Z" if kind.tz else "")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value) if isinstance(value, decimal.Decimal) else value


def expected(of):
    columns = [[written(value, of.schema.field(index).type) for value in of.column(index).slice(0, SHOWN).to_pylist()]
               for index in range(of.num_columns)]
    return [list(row) for row in zip(*columns)]


ENCODINGS = {
    "int8": "DELTA_BINARY_PACKED", "uint32": "DELTA_BINARY_PACKED", "int64": "DELTA_BINARY_PACKED", "uint64": "BYTE_STREAM_SPLIT",
    "float": "BYTE_STREAM_SPLIT", "double": "BYTE_STREAM_SPLIT", "string": "DELTA_BYTE_ARRAY", "binary": "DELTA_LENGTH_BYTE_ARRAY",
    "fixed": "BYTE_STREAM_SPLIT", "bool": "RLE",
}
VARIANTS = {
    **{f"{codec}-{version}": {"compression": codec, "data_page_version": version}
       for codec in ("none", "snappy", "gzip", "zstd", "lz4") for version in ("1.0", "2.0")},
    "small-groups": {"row_group_size": 33},
    "small-pages": {"data_page_size": 256, "compression": "zstd", "use_dictionary": False},
    "well-compressed": {"compression": "zstd", "compression_level": 19, "use_dictionary": False},
    "encodings": {"use_dictionary": False, "column_encoding": ENCODINGS},
    "encodings-2.0": {"use_dictionary": False, "column_encoding": ENCODINGS, "data_page_version": "2.0", "compression": "zstd"},
}


def test_the_same_rows_as_pyarrow_reads(read, tmp_path):
    source = table()
    wanted = {}
    for name, options in VARIANTS.items():
        path = str(tmp_path / f"{name}.parquet")
        wanted[path] = source.select(list(ENCODINGS)) if "column_encoding" in options else source
        pq.write_table(wanted[path], path, **options)
    path = str(tmp_path / "empty.parquet")
    wanted[path] = source.slice(0, 0)
    pq.write_table(wanted[path], path)
    found = read(wanted)
    for path, of in wanted.items():
        answer = found[path]
        assert "error" not in answer, answer
        assert answer["rows"] == of.num_rows, path
        assert [name for name, _ in answer["types"]] == of.column_names, path
        for index, (got, want) in enumerate(zip(answer["head"], expected(of), strict=True)):
            assert got == want, f"{path}, row {index}"


def test_types_are_told_as_people_write_them(read, tmp_path):
    path = str(tmp_path / "types.parquet")
    pq.write_table(table(), path)
    types = dict(read([path])[path]["types"])
    assert types["decimal"] == "decimal(14,2)" and types["uint64"] == "uint64" and types["instant"] == "timestamp(ms, UTC)"
    assert types["lists"] == "list<list<string>>" and types["map"] == "map<string, int32>"
    assert types["struct"] == "struct<a: int16, b: struct<c: string, d: list<double>>>"


def test_little_is_read_of_a_large_file(read, tmp_path):
    path = tmp_path / "large.parquet"
    chance = random.Random(SEED)
    pq.write_table(pa.table({f"c{index}": [chance.random() for _ in range(200_000)] for index in range(4)}), path,
                   use_dictionary=False, data_page_size=64 << 10)
    answer = read([path])[str(path)]
    assert len(answer["head"]) == SHOWN
    assert path.stat().st_size > 5_000_000 and answer["read"] < 1_000_000


def test_broken_files_are_refused(read, tmp_path):
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    sound = []
    for name in ("snappy-1.0", "zstd-2.0", "gzip-1.0", "lz4-1.0", "encodings-2.0"):
        path = tmp_path / "sound.parquet"
        of = table().slice(0, 300)
        pq.write_table(of.select(list(ENCODINGS)) if name.startswith("encodings") else of, path, **VARIANTS[name])
        sound.append(path.read_bytes())
    paths = []
    for number in range(400):
        broken = bytearray(chance.choice(sound))
        way = chance.randrange(4)
        if way == 0:
            del broken[chance.randrange(len(broken)):]
        else:
            # The footer decides most; it is hit as often as all the rest.
            low = len(broken) - 6_000 if way == 1 else 0
            for _ in range(chance.randint(1, 8)):
                broken[chance.randrange(max(0, low), len(broken))] = chance.randrange(256)
        paths.append(tmp_path / f"{number}.parquet")
        paths[-1].write_bytes(broken)
    answers = read(paths)
    refused = [answer for answer in answers.values() if "error" in answer]
    assert len(answers) == len(paths) and len(refused) > len(paths) / 4
    for answer in refused:
        assert answer["refused"], answer


def test_what_is_no_parquet_is_told_so(read, tmp_path):
    for name, content in (("text", b"id,name\n1,ada\n" * 9), ("short", b"PAR1"), ("length", b"x" * 40 + b"\xff\xff\xff\x7fPAR1")):
        path = tmp_path / name
        path.write_bytes(content)
        answer = read([path])[str(path)]
        assert answer["refused"], answer
