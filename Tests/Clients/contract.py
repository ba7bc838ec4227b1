"""Holds every REST answer that tests see against the document the server serves: status, type and body."""

import itertools
import json
import re
from urllib.parse import urlsplit

import requests
from jsonschema import Draft202012Validator, FormatChecker

BASE_PATH = "/api/v1"
# Of a longer array only so many elements at each end are looked at: an answer must not take longer to check than to make.
MAX_ELEMENTS = 10


class Contract:
    """The served document, its schemas compiled when they are first needed."""

    def __init__(self, document):
        self.document = document
        self.validators = {}
        # What is answered where no operation is.
        self.failure = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
        # By method and number of elements: pattern, operation. A literal goes before a parameter, as the server finds routes.
        self.routes = {}
        for template in sorted(document["paths"], key=lambda path: re.sub(r"\{\w+\}", "~", path)):
            pattern = re.compile("".join(
                "/[^/]+" if part.startswith("{") else "/" + re.escape(part) for part in template.split("/")[1:]))
            for method, operation in document["paths"][template].items():
                self.routes.setdefault((method.upper(), template.count("/")), []).append((pattern, operation))

    def built(self):
        """The names of all operations but those that the document says are not there yet."""
        return {
            operation["operationId"] for methods in self.document["paths"].values() for operation in methods.values()
            if "501" not in operation["responses"]}

    def operation(self, method, path):
        """The operation that is at a path below the base path; None for what is no operation."""
        for pattern, operation in self.routes.get((method, path.count("/")), []):
            if pattern.fullmatch(path):
                return operation
        return None

    def violation(self, method, url, status, headers, body):
        """What is wrong with an answer; None where nothing is. Without `body` (None) only its head is looked at."""
        path = urlsplit(url).path
        if not path.startswith(BASE_PATH + "/"):
            return None
        operation = self.operation(method, path.removeprefix(BASE_PATH))
        name = operation["operationId"] if operation else "no operation"
        problem = self.problem(operation, method, status, headers, body)
        if problem is None:
            return None
        shown = "" if body is None else f"\n  body: {body[:500]!r}"
        return f"{name}: {method} {url} answered {status} {headers.get('Content-Type')}: {problem}{shown}"

    def problem(self, operation, method, status, headers, body):
        if status == 500:
            return "a failure of the server itself"
        if not headers.get("X-Request-ID"):
            return "no X-Request-ID"
        if operation is None:
            reply = self.failure if status >= 400 else None
        else:
            replies = operation["responses"]
            reply = replies.get(str(status)) or (replies["default"] if status >= 400 else None)
        if reply is None:
            return "the document does not have this status"
        return self.content_problem(reply.get("content", {}), method, headers, body)

    def content_problem(self, content, method, headers, body):
        if method == "HEAD":
            return "an answer to HEAD has a body" if body else None
        if not content:
            return "there should be no body" if body else None
        given = (headers.get("Content-Type") or "").split(";")[0].strip()
        media = content.get(given) or content.get("*/*")
        if media is None:
            return f"the document has {' or '.join(content)}"
        if given != "application/json" or "application/json" not in content or body is None:
            return None
        if not body:
            return "there should be a body"
        try:
            value = json.loads(body)
        except ValueError as error:
            return f"the body is no JSON: {error}"
        errors = self.validator(media["schema"]).iter_errors(shortened(value))
        return "; ".join(f"{error.json_path}: {error.message[:300]}" for error in itertools.islice(errors, 5)) or None

    def validator(self, schema):
        if id(schema) not in self.validators:
            self.validators[id(schema)] = Draft202012Validator(
                self.closed(schema), format_checker=FormatChecker(formats=["date-time"]))
        return self.validators[id(schema)]

    def closed(self, schema):
        """A schema without references, in JSON Schema's own words, that takes no member it does not name."""
        if "$ref" in schema:
            return self.closed(self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        made = {key: value for key, value in schema.items() if key not in ("nullable", "default", "description", "example")}
        if "properties" in made:
            made["properties"] = {name: self.closed(value) for name, value in made["properties"].items()}
            made["additionalProperties"] = False
        elif isinstance(made.get("additionalProperties"), dict):
            made["additionalProperties"] = self.closed(made["additionalProperties"])
        if "items" in made:
            made["items"] = self.closed(made["items"])
        if "allOf" in made:
            made["allOf"] = [self.closed(part) for part in made["allOf"]]
        return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


def shortened(value):
    """A JSON value with the middle of its long arrays left out."""
    if isinstance(value, list):
        ends = value if len(value) <= 2 * MAX_ELEMENTS else value[:MAX_ELEMENTS] + value[-MAX_ELEMENTS:]
        return [shortened(element) for element in ends]
    if isinstance(value, dict):
        return {key: shortened(member) for key, member in value.items()}
    return value


class Watch:
    """Sees the answers of an API in this process, whichever client asked, and keeps what is wrong with them."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.violations = []
        self.seen = 0
        # The operations that did what they were asked for at least once.
        self.done = set()
        self.contract = None

    def start(self):
        """From now on, for as long as the process lives."""
        import lakefs_sdk.rest

        send, request = requests.Session.send, lakefs_sdk.rest.RESTClientObject.request

        def watched_send(session, prepared, **arguments):
            answer = send(session, prepared, **arguments)
            # What is streamed is left for the test to read.
            body = None if arguments.get("stream") else answer.content
            # After redirects this is the last answer; those before it were sent for, and seen, by themselves.
            self.look(answer.request.method, answer.url, answer.status_code, answer.headers, body)
            return answer

        def watched_request(client, method, url, *arguments, **named):
            try:
                answer = request(client, method, url, *arguments, **named)
            except lakefs_sdk.ApiException as error:
                self.look(method, url, error.status, error.headers or {}, error.body)
                raise
            is_whole = isinstance(answer, lakefs_sdk.rest.RESTResponse)
            received = answer.urllib3_response if is_whole else answer
            # After a redirect it may be another server's.
            if not (received.retries and received.retries.history):
                self.look(method, url, received.status, received.headers, answer.data if is_whole else None)
            return answer

        requests.Session.send = watched_send
        lakefs_sdk.rest.RESTClientObject.request = watched_request

    def look(self, method, url, status, headers, body):
        if not url.startswith(self.endpoint + BASE_PATH) or not status:
            return
        if self.contract is None:
            self.contract = Contract(requests.get(self.endpoint + "/openapi.json", timeout=30).json())
        self.seen += 1
        path = urlsplit(url).path.removeprefix(BASE_PATH)
        if status < 400 and (operation := self.contract.operation(method.upper(), path)):
            self.done.add(operation["operationId"])
        if isinstance(body, str):
            body = body.encode()
        violation = self.contract.violation(method.upper(), url, status, headers, body)
        if violation is not None:
            self.violations.append(violation)

    def untried(self):
        """Operations that no test has seen succeed."""
        return sorted(self.contract.built() - self.done) if self.contract else []

    def take(self):
        """What was found since this was last asked."""
        violations, self.violations = self.violations, []
        return violations
