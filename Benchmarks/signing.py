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

    def request(self, method, path, query=None, body=b""):
        """One request; `path` is not escaped yet, `query` a dictionary."""
        path = quote(path, safe="/-_.~")
        query = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted((query or {}).items()))
        digest = hashlib.sha256(body).hexdigest()
        names = "host;x-amz-content-sha256;x-amz-date"
        canonical = (f"{method}\n{path}\n{query}\nhost:{self.host}\nx-amz-content-sha256:{digest}\n"
                     f"x-amz-date:{self.stamp}\n\n{names}\n{digest}")
        text = f"AWS4-HMAC-SHA256\n{self.stamp}\n{self.scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(self.derived, text.encode(), "sha256").hex()
        length = f"Content-Length: {len(body)}\r\n" if body or method in ("PUT", "POST") else ""
        head = (f"{method} {path}{'?' + query if query else ''} HTTP/1.1\r\nHost: {self.host}\r\n"
                f"x-amz-content-sha256: {digest}\r\nx-amz-date: {self.stamp}\r\n{length}"
                f"Authorization: AWS4-HMAC-SHA256 Credential={self.key}/{self.scope}, SignedHeaders={names}, "
                f"Signature={signature}\r\n\r\n")
        return head.encode() + body


def basic(key, secret, host, method, target, body=b""):
    """One request with Basic authentication and, where there is one, a JSON body."""
    token = base64.b64encode(f"{key}:{secret}".encode()).decode()
    content = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
    return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {token}\r\n{content}\r\n".encode() + body
