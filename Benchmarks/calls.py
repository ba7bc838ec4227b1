"""Calls of the index as bytes, as the gateway and the API make them: one body holds one call or many small ones."""

import json
import struct
import uuid

CALLS_PER_BODY = 256


def body(host, caller, credential, members):
    """One request that carries (method, message) pairs out, each for the administrator."""
    content = bytearray()
    for number, (method, message) in enumerate(members):
        envelope = json.dumps({"i": number, "m": method, "d": 60_000, "u": "admin",
                               "t": "00-" + uuid.uuid4().hex + "-0000000000000001-00"}).encode()
        text = json.dumps(message).encode()
        content += struct.pack(">II", len(envelope), len(text)) + envelope + text
    head = (f"POST /rpc HTTP/1.1\r\nHost: {host}\r\ntarn-caller: {caller}\r\nAuthorization: Bearer {credential}\r\n"
            f"Content-Type: application/vnd.tarn.rpc\r\nContent-Length: {len(content)}\r\n\r\n")
    return head.encode() + bytes(content)


def answers(content):
    """The messages of an answer, in its order; ends the bench where a call was answered with an error."""
    found = []
    while content:
        head, length = struct.unpack(">II", content[:8])
        envelope = json.loads(content[8:8 + head])
        if set(envelope) != {"i"}:
            raise SystemExit(f"bench failed: a call was answered with {envelope}")
        found.append(content[8 + head:8 + head + length])
        content = content[8 + head + length:]
    return found


def stage(repository, branch, path, size):
    return "index.stageObject", {
        "repository": repository, "branch": branch, "path": path, "operationID": uuid.uuid4().hex,
        "entry": {"data": f"data/2026-01-01T00/{uuid.uuid4().hex}", "size": size, "checksum": uuid.uuid4().hex,
                  "modified": 1_700_000_000_000}}


def lake_path(number):
    """A key like a real lake's; equal numbers give equal keys."""
    digest = uuid.uuid5(uuid.NAMESPACE_OID, str(number))
    return (f"table=events/year={2015 + number % 10}/month={number // 10 % 12 + 1:02d}/day={number // 120 % 28 + 1:02d}/"
            f"part-{number // 3360:05d}-{digest}.parquet")
