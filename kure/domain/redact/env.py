"""The rule for literal environment variables: hidden, unless there is nothing in them to hide.

People put passwords under any name, so it is the readable ones that are listed: numbers, booleans,
references, and values that have the form their key promises (`DB_HOST`, `API_URL`, `LOG_LEVEL`).
What stays is still redacted as text: a password in a URL goes.
"""

import re

from kure.domain.redact.names import secret_key
from kure.domain.redact.values import hides, is_boolean, is_number, is_path, is_reference

_HOST = r"[\w.-]+(?::\d+)?(?:,[\w.-]+(?::\d+)?)*|\[?[0-9a-fA-F:]+\]?(?::\d+)?|\$\(\w+\)(?::\d+)?"
_URL = r"[A-Za-z][\w+.-]*://\S+|/\S*|[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/\S*)?|[\w-]+:\d+\S*|localhost"
_LEVEL = r"trace|debug|info|warn|warning|error|fatal|critical|notice|verbose|silent|panic|off|all"
_STAGE = (
    r"prod|production|stage|staging|dev|develop|development|test|testing|qa|uat|ci|local|sandbox"
)

READABLE: dict[str, str] = {
    "HOST HOSTNAME HOSTS ADDR ADDRESS ENDPOINT DOMAIN BROKERS": rf"{_HOST}|{_URL}",
    "URL URI URLS PROXY ORIGIN ISSUER": _URL,
    "NO_PROXY": r"[\w.,:/*-]+",
    "PORT PORTS": r"[\d,]+|(?:tcp|udp|sctp)://[\d.]+:\d+",
    "LOG_LEVEL LOGLEVEL": rf"(?i){_LEVEL}",
    "LOG_FORMAT": r"json|text|logfmt|console|plain|pretty",
    "NODE_ENV RAILS_ENV RACK_ENV APP_ENV ENVIRONMENT": rf"(?i){_STAGE}",
    "LANG LC_ALL LC_CTYPE LANGUAGE": r"[a-z]{2}(?:_[A-Z]{2})?(?:\.[\w-]+)?|C(?:\.UTF-?8)?|POSIX",
    "TZ TIMEZONE": r"[A-Z]{3,4}(?:[+-]?\d+)?|[A-Z][A-Za-z]+(?:/[\w+-]+)+",
    "PATH DIR HOME PWD FILE CONFIG CLASSPATH KUBECONFIG": (
        r"[\w./~@:*+-]*/[\w./~@:*+-]*|[\w-]+\.\w{1,5}"
    ),
    "NAMESPACE POD_NAME NODE_NAME CLUSTER_NAME SERVICE_NAME REGION ZONE POD_IP HOST_IP": _HOST,
    "VERSION": r"v?\d[\w.+-]*",
    "JAVA_OPTS JAVA_TOOL_OPTIONS JVM_OPTS JDK_JAVA_OPTIONS": r"(?:-X[\w:+=./%-]*(?:\s+|$))+",
}
"""Ends of keys → the form of the values that stay."""

_FORMS = {end: re.compile(form) for ends, form in READABLE.items() for end in ends.split()}
_LONGEST = max(end.count("_") for end in _FORMS) + 1


def hidden_kind(name: str, value: str, allowed: frozenset[str] = frozenset()) -> str | None:
    """The kind of placeholder for a literal variable, or None where its value stays (as text).

    `allowed`: further keys, whole, in capitals, whose values stay.
    """
    if not value.strip() or is_reference(value) or is_boolean(value):
        return None
    key = secret_key(name)
    if key is not None and hides(key, value):
        return key.kind
    if is_number(value) or name.upper() in allowed or _has_its_form(name, value):
        return None
    return None if key is not None and is_path(value) else "env"


def _has_its_form(name: str, value: str) -> bool:
    parts = re.split(r"[_.-]", name.upper())
    ends = ("_".join(parts[-count:]) for count in range(1, min(len(parts), _LONGEST) + 1))
    return any(end in _FORMS and _FORMS[end].fullmatch(value) for end in ends)
