"""A gateway in front of an object store that breaks off, stalls, lies and fails: never a whole answer of wrong bytes."""

import hashlib
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import installation
import pytest
import raw_s3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from conftest import fresh_name

SMALL, LARGE = 40_000, 3_000_000
BODIES = {size: os.urandom(size) for size in (SMALL, LARGE)}
ERROR = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>m</Message></Error>'


class Store(BaseHTTPRequestHandler):
    """As much of S3 as a gateway needs, in memory, and one fault at a time."""

    protocol_version = "HTTP/1.1"
    objects, uploads = {}, {}
    fault = ""

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", length=None, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code):
        self.answer(status, ERROR % code.encode())

    def end(self, reset=False):
        """Ends the connection, with what was written so far or without."""
        self.wfile.flush()
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # What is on its way is to arrive first.
            time.sleep(0.05)
        else:
            self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True
        self.connection.close()

    def do_GET(self):
        path, query = urllib.parse.urlsplit(self.path)[2:4]
        if "/" not in path[1:]:
            return self.answer(200, b"<ListAllMyBucketsResult/>")
        body = self.objects.get(path)
        if body is None:
            return self.refuse(404, "NoSuchKey")
        etag, status, first = hashlib.md5(body).hexdigest(), 200, 0
        headers = {}
        whole = len(body)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        fault = Store.fault
        if wanted and fault != "no ranges":
            first, last = int(wanted[1]), min(int(wanted[2]), whole - 1)
            body, status = body[first:last + 1], 206
            if fault == "other range":
                first += 1
                headers["Content_Range"] = f"bytes {first}-{last + 1}/{whole + 9}"
            else:
                headers["Content_Range"] = f"bytes {first}-{last}/{whole}"
        headers["ETag"] = f'"{"0" * 32 if fault == "other etag" else etag}"'
        headers["Last_Modified"] = "Mon, 23 Nov 2026 00:00:00 GMT"
        if self.command == "HEAD":
            return self.answer(status, length=len(body), **headers)
        if fault in ("500", "503", "403", "404"):
            return self.refuse(int(fault), {"404": "NoSuchKey", "503": "SlowDown"}.get(fault, "InternalError"))
        if fault == "200 with an error":
            return self.answer(200, ERROR % b"InternalError")
        if fault == "empty":
            return self.answer(200)
        if fault == "shorter":
            return self.answer(status, body[:-7], **headers)
        if fault == "longer":
            # More than the length says, and then no more answers on this connection.
            self.answer(status, body + b"more", length=len(body), **headers)
            return self.end()
        if fault == "no length":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body[:len(body) // 2])
            return self.end()
        if fault == "chunks":
            self.send_response(status)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            half = body[:len(body) // 2]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(half), half))
            return self.end()
        if fault in ("cut", "reset", "stall"):
            self.answer(status, body[:len(body) // 2], length=len(body), **headers)
            if fault == "stall":
                self.wfile.flush()
                for _ in range(600):
                    if Store.fault != "stall":
                        break
                    time.sleep(0.1)
            return self.end(reset=fault == "reset")
        if fault == "nothing":
            return self.end()
        if fault == "garbage":
            self.wfile.write(b"\x00\xffHTTP?\r\n\r\n" + body[:100])
            return self.end()
        self.answer(status, body, **headers)

    do_HEAD = do_GET

    def do_PUT(self):
        path, query = urllib.parse.urlsplit(self.path)[2:4]
        length = int(self.headers.get("Content-Length", 0))
        fault = Store.fault
        if fault == "early":
            self.answer(200, ETag='"early"')
            return self.end()
        if fault in ("cut", "reset", "nothing"):
            self.rfile.read(length // 2)
            return self.end(reset=fault == "reset")
        if fault == "stall":
            self.rfile.read(length // 2)
            for _ in range(600):
                if Store.fault != "stall":
                    break
                time.sleep(0.1)
            return self.end()
        body = self.rfile.read(length)
        if len(body) < length:
            return self.end()
        if fault in ("500", "503", "403", "404"):
            return self.refuse(int(fault), {"404": "NoSuchBucket", "503": "SlowDown"}.get(fault, "InternalError"))
        query = dict(urllib.parse.parse_qsl(query))
        if "uploadId" in query:
            parts = self.uploads.get(query["uploadId"])
            if parts is None:
                return self.refuse(404, "NoSuchUpload")
            parts[int(query["partNumber"])] = body
        else:
            self.objects[path] = body
        self.answer(200, ETag=f'"{"0" * 32 if fault == "other etag" else hashlib.md5(body).hexdigest()}"')

    def do_POST(self):
        path, query = urllib.parse.urlsplit(self.path)[2:4]
        document = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        fault = Store.fault
        if query.startswith("uploads"):
            upload = f"upload-{len(self.uploads)}"
            self.uploads[upload] = {}
            return self.answer(200, b"<R><UploadId>%s</UploadId></R>" % upload.encode())
        if fault in ("500", "503"):
            return self.refuse(int(fault), "InternalError")
        if fault == "200 with an error":
            return self.answer(200, ERROR % b"InternalError")
        upload = dict(urllib.parse.parse_qsl(query))["uploadId"]
        parts = self.uploads.get(upload)
        if parts is None:
            return self.refuse(404, "NoSuchUpload")
        named = [int(number) for number in re.findall(r"<PartNumber>(\d+)<", document)]
        body = b"".join(parts[number] for number in named)
        if fault == "half joined":
            body = body[:len(body) // 2]
        if fault != "not joined":
            self.objects[path] = body
        if fault in ("cut", "joined, not told"):
            self.uploads.pop(upload)
            return self.end()
        self.uploads.pop(upload)
        self.answer(200, b"<R><ETag>&quot;%s-%d&quot;</ETag></R>" % (hashlib.md5(body).hexdigest().encode(), len(named)))

    def do_DELETE(self):
        path, query = urllib.parse.urlsplit(self.path)[2:4]
        self.objects.pop(path, None)
        self.answer(204)


@pytest.fixture(scope="module")
def upstream():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    # A gateway that closes a connection is no news.
    server.handle_error = lambda *arguments: None
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def gateway(upstream):
    """The port of a gateway like that of the installation, over the other store."""
    running = installation.pid("gateway")
    pairs = pathlib.Path(f"/proc/{running}/environ").read_bytes().split(b"\0")
    variables = dict(pair.decode().split("=", 1) for pair in pairs if b"=" in pair)
    variables = {name: value for name, value in variables.items() if not name.startswith(("TARN_STORE", "TARN_DEFAULT"))}
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    variables |= {
        "TARN_LISTEN": f"127.0.0.1:{ports[0]}", "TARN_RPC_LISTEN": f"127.0.0.1:{ports[1]}", "TARN_STORE": "s3",
        "TARN_STORE_S3_ENDPOINT": f"http://127.0.0.1:{upstream}", "TARN_STORE_S3_REGION": "us-east-1",
        "TARN_STORE_S3_ACCESS_KEY": "k", "TARN_STORE_S3_SECRET_KEY": "s", "TARN_DEFAULT_NAMESPACE": "s3://bucket/"}
    process = subprocess.Popen(
        [os.readlink(f"/proc/{running}/exe"), "serve"], env=variables, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", ports[0]), timeout=1).close()
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < end, "the gateway does not start"
            time.sleep(0.05)
    yield ports[0]
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


@pytest.fixture(scope="module")
def connect(gateway):
    """Makes clients that ask once only."""

    def connect(read_timeout=60):
        return boto3.client(
            "s3", endpoint_url=f"http://127.0.0.1:{gateway}", region_name="us-east-1",
            config=Config(
                retries={"mode": "standard", "max_attempts": 1}, s3={"addressing_style": "path"},
                read_timeout=read_timeout, request_checksum_calculation="when_required",
                response_checksum_validation="when_required"))

    return connect


@pytest.fixture(scope="module")
def client(connect):
    return connect()


@pytest.fixture(scope="module")
def bucket(client):
    """With an object of each size, written while all was well."""
    name = fresh_name("upstream")
    client.create_bucket(Bucket=name)
    for size, body in BODIES.items():
        client.put_object(Bucket=name, Key=f"main/{size}", Body=body)
    return name


@pytest.fixture(autouse=True)
def well(request):
    yield
    Store.fault = ""


def outcome(call):
    """The bytes of a whole answer, the code of a refusal, or "broken"."""
    try:
        return call()
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500, error
        return error.response["Error"]["Code"]
    except (BotoCoreError, OSError):
        return "broken"


READ_FAULTS = [
    "500", "503", "403", "404", "200 with an error", "empty", "shorter", "longer", "no length", "chunks", "cut", "reset",
    "nothing", "garbage", "other etag", "no ranges", "other range"]


@pytest.mark.parametrize("size", BODIES)
@pytest.mark.parametrize("fault", READ_FAULTS)
def test_reading(client, bucket, size, fault):
    body, key = BODIES[size], f"main/{size}"
    Store.fault = fault
    whole = outcome(lambda: client.get_object(Bucket=bucket, Key=key)["Body"].read())
    part = outcome(lambda: client.get_object(Bucket=bucket, Key=key, Range="bytes=100-30099")["Body"].read())
    for found, right in [(whole, body), (part, body[100:30_100])]:
        if fault in ("longer", "other etag", "no ranges"):
            # The store's tags are its own, and what it sends too much is cut off.
            assert found == right
        else:
            assert found == right or isinstance(found, str), fault
    if fault in ("500", "503", "403", "404", "200 with an error", "empty", "shorter", "no length", "nothing", "garbage"):
        assert isinstance(whole, str)
    Store.fault = ""
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == body


@pytest.mark.parametrize("fault", ["cut", "reset"])
def test_an_answer_that_cannot_be_ended_breaks_the_connection(client, bucket, gateway, fault):
    """Where not even asking again brings the rest, the client sees that it has not got all."""
    Store.fault = fault
    body = BODIES[LARGE]
    target = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": f"main/{LARGE}"})
    path = target.split(str(gateway), 1)[1]
    with socket.create_connection(("127.0.0.1", gateway), timeout=60) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{gateway}\r\n\r\n".encode())
        received = b""
        while not raw_s3.whole(received) or b"\r\n\r\n" not in received:
            try:
                piece = connection.recv(1 << 16)
            except ConnectionResetError:
                break
            if not piece:
                break
            received += piece
    answer = raw_s3.Answer(received)
    if answer.status == 200:
        assert int(answer.headers["content-length"]) == len(body)
        assert body.startswith(answer.body)
        # Each time it is asked again it sends half of what is left, so nearly all may have come.
        assert len(answer.body) < len(body) or answer.body == body
    else:
        assert answer.status in (500, 503)


def test_a_store_that_stalls(connect, client, bucket):
    """It is waited for, longer than this client does, and nothing looks like an end."""
    Store.fault = "stall"
    hasty = connect(read_timeout=3)
    for call in (
            lambda: hasty.get_object(Bucket=bucket, Key=f"main/{LARGE}")["Body"].read(),
            lambda: hasty.put_object(Bucket=bucket, Key="main/stalled", Body=BODIES[LARGE])["ETag"]):
        assert outcome(call) == "broken"
    Store.fault = ""
    assert client.list_objects_v2(Bucket=bucket, Prefix="main/stalled")["KeyCount"] == 0
    assert client.get_object(Bucket=bucket, Key=f"main/{LARGE}")["Body"].read() == BODIES[LARGE]


@pytest.mark.parametrize("size", BODIES)
@pytest.mark.parametrize("fault", ["500", "503", "403", "404", "early", "cut", "reset", "nothing", "other etag"])
def test_writing(client, bucket, size, fault):
    body, key = BODIES[size][::-1], f"main/written {fault} {size}"
    Store.fault = fault
    found = outcome(lambda: client.put_object(Bucket=bucket, Key=key, Body=body)["ETag"])
    Store.fault = ""
    if fault == "other etag":
        assert found == f'"{hashlib.md5(body).hexdigest()}"'
    if fault == "early" and size == SMALL:
        # All of it was on its way when the store said that it has it: whoever reads hears that it has not.
        assert isinstance(outcome(lambda: client.get_object(Bucket=bucket, Key=key)["Body"].read()), str)
    elif found.startswith('"'):
        assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == body
        assert fault == "other etag"
    else:
        assert client.list_objects_v2(Bucket=bucket, Prefix=key)["KeyCount"] == 0
    # All is well again, on the same connections.
    client.put_object(Bucket=bucket, Key=key, Body=body)
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == body


@pytest.mark.parametrize(
    "fault", ["500", "503", "200 with an error", "cut", "joined, not told", "not joined", "half joined"])
def test_completing(client, bucket, fault):
    """A completion that the store fails is told to have failed, and goes on when it is sent again."""
    upload = {"Bucket": bucket, "Key": f"main/parts {fault}"}
    upload["UploadId"] = client.create_multipart_upload(**upload)["UploadId"]
    pieces = [os.urandom(5 << 20), b"end"]
    parts = [
        {"PartNumber": number, "ETag": client.upload_part(**upload, PartNumber=number, Body=piece)["ETag"]}
        for number, piece in enumerate(pieces, 1)]
    Store.fault = fault
    found = outcome(lambda: client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})["ETag"])
    Store.fault = ""
    listed = client.list_objects_v2(Bucket=bucket, Prefix=upload["Key"])["KeyCount"]
    if found.startswith('"'):
        assert listed == 1
        if fault in ("500", "503", "200 with an error"):
            pytest.fail("the store said that it failed")
    else:
        assert listed == 0
    if fault in ("not joined", "half joined"):
        # The store says that it has joined what it has not: whoever reads hears of it.
        read = outcome(lambda: client.get_object(Bucket=bucket, Key=upload["Key"])["Body"].read())
        assert isinstance(read, str)
        return
    again = client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})["ETag"]
    assert again == f'"{hashlib.md5(b"".join(hashlib.md5(piece).digest() for piece in pieces)).hexdigest()}-2"'
    assert client.get_object(Bucket=bucket, Key=upload["Key"])["Body"].read() == b"".join(pieces)
