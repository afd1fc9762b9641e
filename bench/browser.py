"""A browser as far as measuring needs one: a kept connection, cookies, and forms filled in as they were sent."""

import http.client
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode


@dataclass
class Form:
    """A form of a page, with what its fields hold before anybody types."""

    action: str
    kind: str = ""  # its class
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    file: str = ""  # the name of its field for a file
    left: float = 0.0  # how much of its progress is to come


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str
    seconds: float

    @property
    def forms(self) -> list[Form]:
        reader = _Forms()
        reader.feed(self.body)
        return reader.forms

    def form(self, *, having: str) -> Form:
        """The form that has a field of this name. Raises LookupError."""
        for form in self.forms:
            if having in form.names:
                return form
        raise LookupError(f"no form with a field {having!r} in a page of status {self.status}")


class Refused(Exception):
    """A page answered otherwise than it should."""


class Browser:
    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        self.cookies: dict[str, str] = {}
        self.spent = 0.0  # seconds of all requests

    def close(self) -> None:
        self.connection.close()

    def get(self, path: str, *, expect: int | None = 200, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers, expect)

    def post(
        self, path: str, fields: dict[str, str], *, htmx: bool = False, expect: int | None = 302
    ) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if htmx:
            headers["HX-Request"] = "true"
        return self._ask("POST", path, urlencode(fields).encode(), headers, expect)

    def upload(self, path: str, fields: dict[str, str], name: str, file: Path) -> Answer:
        """A form with a file in it, as a browser puts it together."""
        mark = "----a line that no list holds"
        head = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'
            for n, v in fields.items()
        ]
        head += [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file.name}"\r\n'
                 "Content-Type: text/csv\r\n\r\n"]  # fmt: skip
        body = "".join(head).encode() + file.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        return self._ask(
            "POST", path, body, {"Content-Type": f'multipart/form-data; boundary="{mark}"'}, None
        )

    def follow(self, answer: Answer) -> Answer:
        """The page an answer leads to, or the answer itself."""
        to = answer.headers.get("Location") or answer.headers.get("HX-Redirect")
        return self.get(to) if to else answer

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], expect: int | None
    ) -> Answer:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        start = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - start
        self.spent += seconds
        for header in response.headers.get_all("Set-Cookie", []):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        if response.status != expect and (expect or response.status >= 400):
            raise Refused(f"{method} {path} answered {response.status}, not {expect or 'as it should'}")
        return Answer(response.status, response.headers, content.decode(), seconds)


class _Forms(HTMLParser):
    """Collects forms: hidden and typed fields, what is ticked, the first of a list."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._inside: Form | None = None
        self._list = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has: dict[str, Any] = dict(attrs)
        if tag == "form":
            self._inside = Form(has.get("action") or "", has.get("class") or "")
            self.forms.append(self._inside)
        elif self._inside is not None:
            self._field(self._inside, tag, has)

    def _field(self, form: Form, tag: str, has: dict[str, Any]) -> None:
        name, kind = has.get("name") or "", has.get("type", "text")
        if name:
            form.names.add(name)
        if kind == "file":
            form.file = name
        if tag == "input" and name and kind not in ("submit", "button", "file"):
            if kind not in ("radio", "checkbox") or "checked" in has:
                form.fields[name] = has.get("value") or ("on" if kind == "checkbox" else "")
        elif tag == "textarea" and name:
            self._text = name
            form.fields[name] = ""
        elif tag == "progress":
            form.left = float(has.get("max") or 1) - float(has.get("value") or 0)
        elif tag == "select":
            self._list = name
        elif tag == "option" and self._list and ("selected" in has or self._list not in form.fields):
            form.fields[self._list] = has.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._text and self._inside is not None:
            self._inside.fields[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag in ("select", "textarea"):
            self._list = self._text = ""


# --- who comes in --------------------------------------------------------------------------------


def unlock(port: int, login: str, passphrase: str) -> Browser:
    """Through the unlock page, as people do."""
    browser = Browser(port)
    form = browser.get("/unlock").form(having="passphrase")
    browser.post("/unlock", {**form.fields, "login": login, "passphrase": passphrase})
    return browser


def log_in_bare(port: int, user: str, password: str) -> Browser:
    browser = Browser(port)
    form = browser.get("/login").form(having="password")
    browser.post("/login", {**form.fields, "username": user, "password": password})
    return browser
