"""Requests that two parsers could read in two ways are refused, by the services alone and behind the load balancer."""

import contextlib
import os
import pathlib
import re
import socket
import subprocess
from urllib.parse import urlsplit

import installation
import pytest

S3, API = (urlsplit(os.environ[name]) for name in ("TARN_S3_ENDPOINT", "TARN_ENDPOINT"))

# Each is sent before a second request, which must never be answered as one of its own.
HIDDEN = b"GET /hidden-request HTTP/1.1\r\nHost: h\r\n\r\n"
ATTACKS = {
    "length and chunked": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunked and length": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n" + HIDDEN,
    "two lengths": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n" + HIDDEN,
    "a list of lengths": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0, 44\r\n\r\n" + HIDDEN,
    "a signed length": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: +0\r\n\r\n" + HIDDEN,
    "a hexadecimal length": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0x0\r\n\r\n" + HIDDEN,
    "a negative length": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n" + HIDDEN,
    "a folded header": b"POST /a HTTP/1.1\r\nHost: h\r\nX-A: b\r\n Content-Length: 44\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
    "space before the colon": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length : 44\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
    "another coding": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n" + HIDDEN,
    "chunked twice": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunked not last": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunked misspelt": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
    "chunked behind a tab": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\x0bchunked\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
    "a bad chunk size": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + HIDDEN,
    "a huge chunk size": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n" + HIDDEN,
    "a chunk without its end": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n" + HIDDEN,
    "a NUL in a header": b"POST /a HTTP/1.1\r\nHost: h\r\nX-A: b\x00c\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
    "a bare CR in a header": b"POST /a HTTP/1.1\r\nHost: h\r\nX-A: b\rContent-Length: 44\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
    "two hosts": b"POST /a HTTP/1.1\r\nHost: h\r\nHost: other\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
}
# What is wrong with these is in the body.
BODIES = ("a bad chunk size", "a huge chunk size", "a chunk without its end")
# A balancer may forgive these, since it writes the request anew; a service must not.
STRICT = {
    "bare line feeds": b"POST /a HTTP/1.1\nHost: h\nContent-Length: 0\n\n" + HIDDEN,
    "one bare line feed": b"POST /a HTTP/1.1\r\nHost: h\nContent-Length: 0\r\n\r\n" + HIDDEN,
    "no host": b"POST /a HTTP/1.1\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
}


def answers(address, data):
    """The status codes of every answer until the peer closes or falls silent."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(data)
        connection.settimeout(3)
        received = b""
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while piece := connection.recv(65_536):
                received += piece
    return [int(code) for code in re.findall(rb"^HTTP/1\.[01] (\d{3})", received, re.MULTILINE)], received


@pytest.mark.parametrize("service", [S3, API], ids=["gateway", "api"])
@pytest.mark.parametrize("name", [*ATTACKS, *STRICT])
def test_a_service_refuses(service, name):
    codes, received = answers((service.hostname, service.port), {**ATTACKS, **STRICT}[name])
    assert len(codes) == 1, f"{len(codes)} answers: {received[:400]!r}"
    # A body is only looked at where somebody wants it: a path that is nothing, or a form that is none, may be told so before, and the
    # connection ends.
    refused = (400, 404, 412, 501) if name in BODIES else (400, 501)
    assert codes[0] in refused, received[:400]
    assert b"hidden-request" not in received


@pytest.mark.parametrize("frontend", ["s3", "api", "common"])
@pytest.mark.parametrize("name", list(ATTACKS))
def test_nothing_is_smuggled_through_the_balancer(balancer, frontend, name):
    """The balancer may refuse, or forward one request that it has written anew; the second is never hidden in the first."""
    codes, received = answers(("127.0.0.1", balancer[frontend]), ATTACKS[name])
    refused = [code for code in codes if code in (400, 501)]
    assert len(codes) <= 2, received[:600]
    assert refused or len(codes) == 1, f"{codes}: {received[:600]!r}"


@pytest.mark.parametrize("frontend", ["s3", "api", "common"])
def test_the_services_refuse_connections_without_proxy_protocol(balancer, frontend):
    service = API if frontend == "api" else S3
    codes, _ = answers((service.hostname, service.port), b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert codes in ([], [400])


@pytest.mark.parametrize(
    ("request_bytes", "goes_to"),
    [
        (b"GET / HTTP/1.1\r\nHost: h\r\nAuthorization: AWS4-HMAC-SHA256 Credential=x\r\n\r\n", "s3"),
        (b"GET /lake/main/a HTTP/1.1\r\nHost: h\r\nAuthorization: AWS key:signature\r\n\r\n", "s3"),
        (b"GET /lake/main/a?X-Amz-Signature=1 HTTP/1.1\r\nHost: h\r\n\r\n", "s3"),
        (b"GET /lake/main/a?AWSAccessKeyId=1 HTTP/1.1\r\nHost: h\r\n\r\n", "s3"),
        (b"GET /lake/main/a?x=1&X-Amz-Algorithm=1 HTTP/1.1\r\nHost: h\r\n\r\n", "s3"),
        (b"POST /lake HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 0\r\n\r\n", "s3"),
        (b"OPTIONS /lake/main/a HTTP/1.1\r\nHost: h\r\n\r\n", "s3"),
        (b"OPTIONS /api/v1/config HTTP/1.1\r\nHost: h\r\n\r\n", "api"),
        (b"GET /api/v1/repositories HTTP/1.1\r\nHost: h\r\n\r\n", "api"),
        (b"GET /openapi.json HTTP/1.1\r\nHost: h\r\n\r\n", "api"),
        (b"GET /_health HTTP/1.1\r\nHost: h\r\n\r\n", "api"),
        (b"POST /api/v1/repositories/r/branches/b/objects?path=p HTTP/1.1\r\nHost: h\r\n"
         b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 0\r\n\r\n", "api"),
    ],
)
def test_the_common_port_tells_s3_from_rest(balancer, request_bytes, goes_to):
    data = request_bytes.replace(b"Host: h\r\n", b"Host: h\r\nConnection: close\r\n")
    _, received = answers(("127.0.0.1", balancer["common"]), data)
    is_s3 = b"x-amz-request-id" in received.lower()
    assert received.startswith(b"HTTP/1.1 ")
    assert is_s3 == (goes_to == "s3"), received[:400]


def test_the_configuration_is_valid():
    path = pathlib.Path(installation.ROOT) / "deploy/haproxy/haproxy.cfg"
    subprocess.run(["haproxy", "-c", "-q", "-f", path], check=True)
