"""A dependency that answers, and does not want: no connection left (C22), wrong credentials (C23),
TLS (C24)."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.backing import owner_of
from kure.domain.diagnosis.dependencies.finding import Finding
from kure.domain.diagnosis.dependencies.resolving import Resolved
from kure.domain.diagnosis.dependencies.seen import Seen
from kure.domain.diagnosis.dependencies.troubles import Kind
from kure.domain.diagnosis.facts import Case


@dataclass(frozen=True)
class Row:
    """`pattern` is looked for in the line, whatever the case of its letters. `served`: it is the
    dependency that has to be changed."""

    kind: Kind
    pattern: str
    why: str
    explanation: str
    fix: str
    served: bool = False


ROWS = (
    Row(
        Kind.POOL,
        r"too many (?:clients|connections)|remaining connection slots|max_?(?:user_)?connections"
        r"|max number of clients",
        "it has no connection left to give",
        "The server has as many connections as it allows, so it takes no more.",
        "Let its clients hold fewer connections (smaller pools, fewer replicas, a pooler such as "
        "PgBouncer), close those that leak, or raise what the server allows (max_connections, "
        "maxclients).",
        served=True,
    ),
    Row(
        Kind.POOL,
        "",
        "its own connection pool is used up",
        "Every connection of the program's own pool was in use, and none came free in time.",
        "See what holds connections for long (slow queries, connections that are not given back), "
        "and whether the server is slow; only then make the pool larger.",
    ),
    Row(
        Kind.REJECTED,
        r"no pg_hba\.conf entry",
        "the server lets nobody in from here with these settings",
        "PostgreSQL has no rule (pg_hba.conf) that admits this user, database, address and way to "
        "encrypt.",
        "Add a rule for it to pg_hba.conf, or connect as the rules want: often with "
        "sslmode=require.",
        served=True,
    ),
    Row(
        Kind.REJECTED,
        r"NOAUTH|no password supplied|fe_sendauth|using password: NO|but no password",
        "the password is missing or not expected",
        "One side uses a password that the other does not: the program sends none, or the server "
        "has none set.",
        "Give the program the password that the server wants, or none where the server has none.",
    ),
    Row(
        Kind.REJECTED,
        r"ExpiredToken|token.{0,20}expired|expired.{0,20}token",
        "its token has expired",
        "The credentials are no longer valid.",
        "Renew the credentials.",
    ),
    Row(
        Kind.REJECTED,
        "",
        "it does not accept the credentials",
        "The dependency was reached and refused the user, the password or the key.",
        "Compare user and password (or key) with what the server has: often a Secret was changed "
        "on "
        "one side only, or a database keeps the password it was first started with. Pods that read "
        "a Secret as variables see its new value only after a restart.",
    ),
    Row(
        Kind.TLS,
        r"certificate has expired|CERT_HAS_EXPIRED|expired|NotAfter|is after ",
        "its certificate has expired",
        "The certificate that the server shows is no longer valid.",
        "Renew the certificate of the server, and see why it was not renewed by itself.",
        served=True,
    ),
    Row(
        Kind.TLS,
        r"not yet valid|is before ",
        "its certificate is not valid yet",
        "The certificate begins later than now: a clock is wrong, or it was made for later.",
        "Compare the clocks of the nodes, and see from when on the certificate is valid.",
    ),
    Row(
        Kind.TLS,
        r"certificate is (?:valid for|not valid for)|doesn't contain any IP SANs"
        r"|hostname.{0,60}(?:mismatch|not match|doesn't match)|ALTNAME_INVALID|certificate name"
        r"|No subject alternative|relies on legacy Common Name|not match.{0,40}certificate",
        "its certificate is for another name",
        "The certificate that the server shows does not name the host that the program calls.",
        "Call the server by a name in its certificate, or add this name to the certificate.",
    ),
    Row(
        Kind.TLS,
        r"HTTP response to HTTPS|WRONG_VERSION_NUMBER|wrong version number|first record does not"
        r"|does not support SSL|plaintext|EPROTO|packet length too long|Unsupported or unrecognized"
        r"|record_overflow",
        "it does not speak TLS on this port",
        "The program speaks TLS, and the server answered in plain text.",
        "Call the port on which the server speaks TLS, or call it without (http://, "
        "sslmode=disable).",
    ),
    Row(
        Kind.TLS,
        r"SSL connection is required|requires? (?:SSL|TLS)|HTTP request to an HTTPS",
        "it wants TLS",
        "The server takes only encrypted connections.",
        "Let the program use TLS (https://, sslmode=require).",
    ),
    Row(
        Kind.TLS,
        r"unknown authority|self[- ]?signed|SELF_SIGNED|local issuer|verify failed|VERIFY_FAILED"
        r"|UNABLE_TO_VERIFY|PKIX path|unknown ca\b|not trusted|certificate is invalid"
        r"|signed by unknown",
        "its certificate is of an authority that the container does not trust",
        "The certificate that the server shows was not signed by an authority that this image "
        "knows.",
        "Give the container the certificate of the authority (mounted from a ConfigMap, with "
        "SSL_CERT_FILE or the setting of its runtime), or have the server use one of a known "
        "authority. Do not switch the check off.",
    ),
    Row(
        Kind.TLS,
        "",
        "the handshake fails",
        "The two do not agree on how to encrypt.",
        "Compare which versions of TLS and which certificates both sides want: a client "
        "certificate "
        "may be missing.",
    ),
)
CREDENTIAL = re.compile(r"pass|pwd|secret|token|key|auth|cred|user", re.IGNORECASE)
MOST_NAMED = 4


def why_rejected(case: Case, seen: Seen, found: Resolved) -> Finding:
    text = seen.signal.text if seen.signal else ""
    row = next(
        row for row in ROWS if row.kind is seen.kind and re.search(row.pattern, text, re.IGNORECASE)
    )
    pods = found.backing.pods if found.backing else None
    refs = list(_credentials(case)) if seen.kind is Kind.REJECTED else []
    return Finding(
        why=row.why,
        explanation=row.explanation + _sources(refs),
        fix=row.fix,
        evidence=tuple(case.from_pod(field, text) for field, text, _ in refs),
        commands=tuple(
            f"kubectl describe secret {shlex.quote(name)} -n {shlex.quote(case.namespace)}"
            for name in dict.fromkeys(name for _, _, name in refs)
        ),
        blames=owner_of(pods[0]) if pods and row.served else None,
    )


def _sources(refs: list[tuple[str, str, str]]) -> str:
    if not refs:
        return ""
    return f" Its credentials: {'; '.join(text for _, text, _ in refs)}."


def _credentials(case: Case) -> Iterator[tuple[str, str, str]]:
    """Which keys of which Secrets the container's variables come from: field, text, Secret."""
    container = case.container.spec if case.container else {}
    variables = container.get("env")
    named = 0
    for index, variable in enumerate(variables if isinstance(variables, list) else []):
        found = manifests.mapping(variable)
        name = manifests.text(found.get("name"))
        source = manifests.mapping(manifests.mapping(found.get("valueFrom")).get("secretKeyRef"))
        secret, key = manifests.text(source.get("name")), manifests.text(source.get("key"))
        if secret and CREDENTIAL.search(name) and named < MOST_NAMED:
            named += 1
            field = f"{case.spec_path}.env[{index}].valueFrom.secretKeyRef"
            yield field, f"{name} from key {key} of Secret {secret}", secret
