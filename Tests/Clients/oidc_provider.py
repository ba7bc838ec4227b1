"""An OpenID provider for tests, in this process, that can break every rule on purpose. RSA and P-256 are written out: nothing to install."""

import base64
import hashlib
import html
import http.server
import json
import secrets
import sys
import threading
import time
import traceback
import urllib.parse

# P-256.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
SMALL = [p for p in range(3, 2000) if all(p % q for q in range(2, int(p**0.5) + 1))]


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size=None):
    return text(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def prime(bits):
    while True:
        found = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        if all(found % p for p in SMALL) and found % 65537 != 1 and all(
                pow(base, found - 1, found) == 1 for base in (2, 3, 5, 7)):
            return found


def add(one, other):
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % P == 0:
            return None
        slope = 3 * (one[0] ** 2 - 1) * pow(2 * one[1], -1, P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    x = (slope * slope - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(factor, point):
    result = None
    while factor:
        if factor & 1:
            result = add(result, point)
        point = add(point, point)
        factor >>= 1
    return result


class RSA:
    algorithm = "RS256"

    def __init__(self, name):
        self.name = name
        p, q = prime(1024), prime(1024)
        self.n, self.d = p * q, pow(65537, -1, (p - 1) * (q - 1))

    def public(self):
        return {"kty": "RSA", "kid": self.name, "use": "sig", "alg": "RS256", "n": number(self.n), "e": "AQAB"}

    def sign(self, message):
        size = (self.n.bit_length() + 7) // 8
        digest = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(message).digest()
        padded = b"\0\1" + b"\xff" * (size - 3 - len(digest)) + b"\0" + digest
        return pow(int.from_bytes(padded, "big"), self.d, self.n).to_bytes(size, "big")


class P256:
    algorithm = "ES256"

    def __init__(self, name):
        self.name = name
        self.d = secrets.randbelow(N - 1) + 1
        self.point = times(self.d, G)

    def public(self):
        return {"kty": "EC", "crv": "P-256", "kid": self.name, "x": number(self.point[0], 32), "y": number(self.point[1], 32)}

    def sign(self, message):
        k = secrets.randbelow(N - 1) + 1
        r = times(k, G)[0] % N
        s = (int.from_bytes(hashlib.sha256(message).digest(), "big") + r * self.d) * pow(k, -1, N) % N
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def jwt(claims, key, algorithm=None, kid=None, signature=None):
    header = {"alg": algorithm or key.algorithm, "kid": kid or key.name, "typ": "JWT"}
    signed = ".".join(text(json.dumps(part).encode()) for part in (header, claims))
    return signed + "." + text(key.sign(signed.encode()) if signature is None else signature(signed.encode()))


class Provider:
    """Listens on loopback. `person` is who logs in; `claims` and `token` change what is told of it; `asked` is what came."""

    def __init__(self, client="tarn-tests", secret="the secret of tests: &=+/%", host="127.0.0.1"):
        self.client, self.secret = client, secret
        self.keys = [RSA("first")]
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                provider.get(self, *self.target())

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.post(self, self.path, dict(urllib.parse.parse_qsl(body)))

            def target(self):
                parts = urllib.parse.urlsplit(self.path)
                return parts.path, dict(urllib.parse.parse_qsl(parts.query))

            def answer(self, status, body=b"", kind="application/json", **headers):
                body = json.dumps(body).encode() if isinstance(body, dict) else body
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # Who is kept waiting goes away.
        self.server.handle_error = lambda *_: None if isinstance(sys.exc_info()[1], OSError) else traceback.print_exc()
        self.issuer = f"http://{host}:{self.server.server_port}/realm"
        self.reset()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reset(self):
        self.person = {"sub": "248289761001", "name": "Ada Lovelace", "email": "ada@example.com"}
        self.claims = lambda claims: claims
        self.token = lambda claims: jwt(claims, self.keys[0])
        # What to do instead of answering at a path, with the handler.
        self.instead = {}
        self.document = {}
        self.refusal = None
        self.takes_any_verifier = False
        # Whether a person is asked first, by a page.
        self.asks = False
        self.codes, self.asked = {}, []

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def count(self, path):
        return sum(1 for asked, _ in self.asked if asked == path)

    def get(self, handler, path, query):
        path = path.removeprefix("/realm")
        self.asked.append((path, query))
        if path in self.instead:
            return self.instead[path](handler)
        if path == "/.well-known/openid-configuration":
            return handler.answer(200, {
                "issuer": self.issuer, "authorization_endpoint": self.issuer + "/authorize",
                "token_endpoint": self.issuer + "/token", "jwks_uri": self.issuer + "/keys",
                "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"], **self.document})
        if path == "/keys":
            return handler.answer(200, {"keys": [{"kty": "oct", "k": "AAAA"}] + [key.public() for key in self.keys]})
        if path == "/authorize":
            back = self.authorize(query)
            if not self.asks:
                return handler.answer(302, Location=back)
            page = f'<!doctype html><title>Who are you?</title><link rel="icon" href="data:,"><a href="{html.escape(back)}">It is me</a>'
            return handler.answer(200, page.encode(), "text/html")
        return handler.answer(404)

    def authorize(self, query):
        """Where the browser is sent back to, the person having said yes or no at once."""
        assert query["response_type"] == "code" and query["client_id"] == self.client, query
        assert query["code_challenge_method"] == "S256" and len(query["code_challenge"]) == 43, query
        back = {"state": query["state"]}
        if self.refusal:
            back["error"] = self.refusal
        else:
            back["code"] = secrets.token_urlsafe(24)
            self.codes[back["code"]] = query
        return query["redirect_uri"] + "?" + urllib.parse.urlencode(back)

    def post(self, handler, path, fields):
        path = path.removeprefix("/realm")
        self.asked.append((path, fields))
        if path in self.instead:
            return self.instead[path](handler)
        asked = self.codes.pop(fields.get("code"), None)
        pair = f"{urllib.parse.quote(self.client, safe='')}:{urllib.parse.quote(self.secret, safe='')}"
        if handler.headers.get("Authorization") != "Basic " + base64.b64encode(pair.encode()).decode():
            return handler.answer(401, {"error": "invalid_client"})
        if asked is None or asked["redirect_uri"] != fields.get("redirect_uri"):
            return handler.answer(400, {"error": "invalid_grant"})
        challenge = text(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
        if challenge != asked["code_challenge"] and not self.takes_any_verifier:
            return handler.answer(400, {"error": "invalid_grant"})
        now = int(time.time())
        claims = self.claims({
            "iss": self.issuer, "aud": self.client, "exp": now + 300, "iat": now, "nonce": asked["nonce"], **self.person})
        return handler.answer(200, {"access_token": "unused", "token_type": "Bearer", "id_token": self.token(claims)})
