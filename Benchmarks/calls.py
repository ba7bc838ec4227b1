"""Calls of the index as bytes: many staged entries a body, to fill a repository without writing objects."""

import json
import struct
import uuid

CALLS_PER_BODY = 256


def stage_body(host, credential, repository, entries):
    """One request that stages up to 256 (path, size) pairs on main, as the gateway would."""
    body = bytearray()
    for number, (path, size) in enumerate(entries):
        envelope = json.dumps({"i": number, "m": "index.stageObject", "d": 60_000, "u": "admin",
                               "t": "00-" + uuid.uuid4().hex + "-0000000000000001-00"}).encode()
        message = json.dumps({
            "repository": repository, "branch": "main", "path": path, "operationID": uuid.uuid4().hex,
            "entry": {"data": f"data/2026-01-01T00/{uuid.uuid4().hex}", "size": size, "checksum": uuid.uuid4().hex,
                      "modified": 1_700_000_000_000}}).encode()
        body += struct.pack(">II", len(envelope), len(message)) + envelope + message
    head = (f"POST /rpc HTTP/1.1\r\nHost: {host}\r\ntarn-caller: gateway\r\nAuthorization: Bearer {credential}\r\n"
            f"Content-Type: application/vnd.tarn.rpc\r\nContent-Length: {len(body)}\r\n\r\n")
    return head.encode() + bytes(body)


def check_answers(body):
    """Ends the bench where a call was answered with an error."""
    while body:
        head, message = struct.unpack(">II", body[:8])
        envelope = json.loads(body[8:8 + head])
        if set(envelope) != {"i"}:
            raise SystemExit(f"bench failed: a call was answered with {envelope}")
        body = body[8 + head + message:]


def lake_path(number):
    """A key like a real lake's; equal numbers give equal keys."""
    digest = uuid.uuid5(uuid.NAMESPACE_OID, str(number))
    return (f"table=events/year={2015 + number % 10}/month={number // 10 % 12 + 1:02d}/day={number // 120 % 28 + 1:02d}/"
            f"part-{number // 3360:05d}-{digest}.parquet")
