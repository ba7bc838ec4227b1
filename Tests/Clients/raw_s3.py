"""S3 requests signed by hand and sent byte by byte, for what no client library would send."""

import datetime
import hashlib
import hmac
import os
import socket
import urllib.parse
import xml.etree.ElementTree as ElementTree

ENDPOINT = urllib.parse.urlsplit(os.environ.get("TARN_S3_ENDPOINT", "http://127.0.0.1:8001"))
KEY = os.environ.get("AWS_ACCESS_KEY_ID", "")
SECRET = os.environ.get("AWS_SECRET_ACCESS_KEY", "")
REGION = os.environ.get("AWS_DEFAULT_REGION", "us-east-1")
EMPTY = hashlib.sha256(b"").hexdigest()


def digest(data):
    return hashlib.sha256(data).hexdigest()


class Signer:
    """SigV4, its chunks included; every part of it can be set wrong."""

    def __init__(self, key=KEY, secret=SECRET, region=REGION, skew=0):
        self.key = key
        moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=skew)
        self.stamp = moment.strftime("%Y%m%dT%H%M%SZ")
        self.scope = f"{self.stamp[:8]}/{region}/s3/aws4_request"
        signing = b"AWS4" + secret.encode()
        for part in self.scope.split("/"):
            signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
        self.signing = signing
        self.previous = None

    def hmac(self, text):
        return hmac.new(self.signing, text.encode(), hashlib.sha256).hexdigest()

    def headers(self, method, target, headers, payload):
        """`headers` with the date, the payload's hash and the signature added."""
        path, _, query = target.partition("?")
        signed = {name.lower(): value for name, value in headers.items()}
        signed["host"] = ENDPOINT.netloc
        signed["x-amz-date"] = self.stamp
        signed["x-amz-content-sha256"] = payload
        pairs = sorted(part.partition("=")[::2] for part in query.split("&") if part)
        names = ";".join(sorted(signed))
        canonical = "\n".join(
            [method, path, "&".join(f"{name}={value}" for name, value in pairs)]
            + [f"{name}:{signed[name]}" for name in sorted(signed)] + ["", names, payload])
        self.previous = self.hmac(
            "\n".join(["AWS4-HMAC-SHA256", self.stamp, self.scope, digest(canonical.encode())]))
        return {
            **headers, "Host": ENDPOINT.netloc, "x-amz-date": self.stamp, "x-amz-content-sha256": payload,
            "Authorization": f"AWS4-HMAC-SHA256 Credential={self.key}/{self.scope},SignedHeaders={names},"
                             f"Signature={self.previous}"}

    def chunk(self, data):
        """One signed chunk; call it in order, the last one empty."""
        self.previous = self.hmac("\n".join(
            ["AWS4-HMAC-SHA256-PAYLOAD", self.stamp, self.scope, self.previous, EMPTY, digest(data)]))
        return b"%x;chunk-signature=%s\r\n%s\r\n" % (len(data), self.previous.encode(), data)


def request_bytes(method, target, headers, body=b""):
    lines = [f"{method} {target} HTTP/1.1"] + [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def signed(method, target, body=b"", headers=None, payload=None, signer=None, length=True):
    """The bytes of a signed request."""
    headers = dict(headers or {})
    if length and method in ("PUT", "POST"):
        headers.setdefault("Content-Length", str(len(body)))
    signer = signer or Signer()
    return request_bytes(method, target, signer.headers(method, target, headers, payload or digest(body)), body)


class Answer:
    def __init__(self, data):
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1]) if lines[0] else 0
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}

    @property
    def code(self):
        """The code of an error document."""
        if not self.body:
            return ""
        return ElementTree.fromstring(self.body).findtext("Code") or ""


def exchange(data, shut=False, timeout=60):
    """Sends bytes over a connection of their own and reads one answer; `shut` says that no more will come."""
    with socket.create_connection((ENDPOINT.hostname, ENDPOINT.port or 80), timeout=timeout) as connection:
        try:
            connection.sendall(data)
            if shut:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        received = b""
        try:
            while not whole(received):
                piece = connection.recv(65536)
                if not piece:
                    break
                received += piece
        except ConnectionResetError:
            pass
        return Answer(received)


def whole(data):
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return False
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    return True
