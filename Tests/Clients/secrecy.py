"""Collects the secrets that tests make and use, and looks for them where nobody may find them: in logs and in refusals."""

import base64
import json
import pathlib
import subprocess

import botocore.httpsession
import installation
import requests

# Members of answers and bodies that hold one.
MEMBERS = {"secret_access_key", "session_token", "token", "password", "SecretAccessKey", "SessionToken"}
# Shorter ones may stand anywhere by chance. What a request proves itself by counts, right or wrong: wrong ones of tests are random.
SHORTEST = 16


class Secrecy:
    def __init__(self):
        self.secrets, self.refusals = set(), {}

    def start(self):
        """From now on, for as long as the process lives."""
        folder = installation.HOME / "secrets"
        for path in folder.glob("*") if folder.is_dir() else ():
            self.add(path.read_text().strip())
        send, send_s3 = requests.Session.send, botocore.httpsession.URLLib3Session.send

        def watched_send(session, prepared, **arguments):
            answer = send(session, prepared, **arguments)
            self.sent(prepared.headers.get("Authorization"), prepared.body)
            self.received(prepared.method, answer.url, answer.status_code, None if arguments.get("stream") else answer.content)
            return answer

        def watched_s3(session, request):
            answer = send_s3(session, request)
            if token := request.headers.get("X-Amz-Security-Token"):
                self.add(token.decode() if isinstance(token, bytes) else token)
            if answer.status_code >= 400:
                self.received(request.method, request.url, answer.status_code, answer.content)
            return answer

        requests.Session.send = watched_send
        botocore.httpsession.URLLib3Session.send = watched_s3

    def add(self, secret):
        if isinstance(secret, str) and len(secret) >= SHORTEST and secret.isprintable():
            self.secrets.add(secret)

    def sent(self, authorization, body):
        """What a request showed."""
        if isinstance(authorization, bytes):
            authorization = authorization.decode("latin-1")
        scheme, _, value = (authorization or "").partition(" ")
        if scheme.lower() == "bearer":
            self.add(value)
        elif scheme.lower() == "basic":
            self.add(value)
            try:
                self.add(base64.b64decode(value).decode().partition(":")[2])
            except ValueError:
                pass
        self.collect(body)

    def received(self, method, url, status, body):
        if not body:
            return
        if status >= 400:
            self.refusals.setdefault(bytes(body), f"{method} {url} answered {status}")
        else:
            self.collect(body)

    def collect(self, body):
        """Takes the secrets out of JSON."""
        if not isinstance(body, (bytes, str)) or not any(name in (body if isinstance(body, str) else body.decode("latin-1")) for name in MEMBERS):
            return
        try:
            value = json.loads(body)
        except ValueError:
            return
        if isinstance(value, dict):
            for name in MEMBERS & value.keys():
                self.add(value[name])

    def logs(self):
        folder = installation.HOME / "logs"
        return sorted(folder.glob("*.log")) if folder.is_dir() else []

    def violations(self, logs=None):
        """Where a secret can be read, without telling it."""
        found = []
        for body, what in self.refusals.items():
            text = body.decode("latin-1")
            found += [f"{what} with a secret of {len(secret)} characters" for secret in self.secrets if secret in text]
        files = [str(path) for path in (self.logs() if logs is None else logs)]
        if files and self.secrets:
            # Many patterns in large files: grep looks for all of them at once.
            result = subprocess.run(
                ["grep", "-F", "-o", "-n", "-f", "-", "--", *files, "/dev/null"], input="\n".join(sorted(self.secrets)),
                capture_output=True, text=True)
            for line in result.stdout.splitlines():
                path, number, secret = line.split(":", 2)
                found.append(f"{pathlib.Path(path).name}:{number} has a secret of {len(secret)} characters")
        return found
