"""Requests as bytes, signed for S3 (SigV4) or with Basic authentication, to be replayed as they are."""

import base64
import hashlib
import hmac
import time
from urllib.parse import quote


class Signer:
    """Signs for one access key, region and day; the derived key is computed once."""

    def __init__(self, key, secret, region, host):
        self.key, self.host = key, host
        self.stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        self.scope = f"{self.stamp[:8]}/{region}/s3/aws4_request"
        derived = ("AWS4" + secret).encode()
        for part in self.scope.split("/"):
            derived = hmac.digest(derived, part.encode(), "sha256")
        self.derived = derived

    def headers(self, method, path, digest, query=""):
        """The headers that sign a request whose payload has a digest, or `UNSIGNED-PAYLOAD`; path and query are escaped."""
        names = "host;x-amz-content-sha256;x-amz-date"
        canonical = (f"{method}\n{path}\n{query}\nhost:{self.host}\nx-amz-content-sha256:{digest}\n"
                     f"x-amz-date:{self.stamp}\n\n{names}\n{digest}")
        text = f"AWS4-HMAC-SHA256\n{self.stamp}\n{self.scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(self.derived, text.encode(), "sha256").hex()
        return {"Host": self.host, "x-amz-content-sha256": digest, "x-amz-date": self.stamp,
                "Authorization": f"AWS4-HMAC-SHA256 Credential={self.key}/{self.scope}, SignedHeaders={names}, "
                                 f"Signature={signature}"}

    def request(self, method, path, query=None, body=b""):
        """One request; `path` is not escaped yet, `query` a dictionary."""
        path = quote(path, safe="/-_.~")
        query = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted((query or {}).items()))
        headers = self.headers(method, path, hashlib.sha256(body).hexdigest(), query)
        if body or method in ("PUT", "POST"):
            headers["Content-Length"] = len(body)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{method} {path}{'?' + query if query else ''} HTTP/1.1\r\n{lines}\r\n".encode() + body


def basic(key, secret, host, method, target, body=b"", content_type="application/json"):
    """One request with Basic authentication and, where there is one, a body."""
    token = base64.b64encode(f"{key}:{secret}".encode()).decode()
    content = f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n" if body else ""
    return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {token}\r\n{content}\r\n".encode() + body
