"""What went wrong with something that a program calls, in the words of the usual runtimes.

A line is tried against the kinds from top to bottom and the first that knows it speaks: a look-up
that timed out is no time-out of a connection.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

# Names longer than this are none.
LABEL = r"[A-Za-z0-9_](?:[-A-Za-z0-9_]{0,62})"
HOST = rf"{LABEL}(?:\.{LABEL}){{0,8}}"


class Kind(StrEnum):
    FORBIDDEN = "forbidden"
    POOL = "pool"
    REJECTED = "rejected"
    TLS = "tls"
    UNRESOLVED = "unresolved"
    UNKNOWN_NAME = "unknown name"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    WAITS = "waits"
    FAILS = "fails"


@dataclass(frozen=True)
class Words:
    kind: Kind
    pattern: str

    def found(self, text: str) -> re.Match[str] | None:
        return _compiled(self.pattern).search(text)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


WORDS = (
    Words(
        Kind.FORBIDDEN,
        r"is forbidden: User \"?system:serviceaccount:|User \"system:serviceaccount:[^\"]{1,300}\" "
        r"cannot \w+ (?:resource|path)",
    ),
    Words(
        Kind.POOL,
        r"pool (?:is )?(?:exhausted|timeout|full|overflow)|too many (?:clients|connections)"
        r"|remaining connection slots|exceeded .{0,40}max_?(?:user_)?connections"
        r"|QueuePool limit|connection pool.{0,60}(?:timeout|timed out|exhausted)"
        r"|(?:timeout|timed out).{0,60}connection(?:s)? from (?:the )?(?:connection )?pool"
        r"|Hikari.{0,60}Connection is not available|Timeout waiting for connection from pool"
        r"|max number of clients reached|pool error Timeout waiting for idle object",
    ),
    Words(
        Kind.REJECTED,
        r"(?:password|SASL|Ident|peer|LDAP|PAM|SCRAM|md5) authentication failed"
        r"|no pg_hba\.conf entry for|Access denied for user|\bNOAUTH\b|\bWRONGPASS\b|\bNOPERM\b"
        r"|invalid password|invalid username-password pair|invalid api[ -_]?key|incorrect api key"
        r"|Login failed for user|ACCESS_REFUSED|Authentication (?:failed|required|unsuccessful)"
        r"|authentication failure|auth(?:entication)? error|InvalidAccessKeyId"
        r"|SignatureDoesNotMatch|ExpiredToken|InvalidClientTokenId|bad auth\b"
        r"|Client sent AUTH, but no password is set|requires authentication|invalid credentials"
        r"|no password supplied|fe_sendauth"
        r"|\b401\b.{0,20}(?:Unauthori[sz]ed|Client Error|Authorization)"
        r"|(?:status|code|HTTP|HTTP/1\.1|response)\W{1,3}(?:code\W{1,3})?401\b",
    ),
    Words(
        Kind.TLS,
        r"x509: |certificate (?:has expired|verify failed|is not yet valid|signed by unknown)"
        r"|CERTIFICATE_VERIFY_FAILED|self[- ]signed certificate|local issuer certificate"
        r"|SELF_SIGNED_CERT|CERT_HAS_EXPIRED|UNABLE_TO_VERIFY_LEAF|ERR_TLS_|ERR_SSL_|PKIX path"
        r"|SSLHandshakeException|SSLError|\bSSL: |SSL routines|SSL_ERROR|SSL_connect|\btls: "
        r"|remote certificate is invalid|server gave HTTP response to HTTPS client"
        r"|does not support SSL|SSL connection (?:could not|is required)|unknown ca\b"
        r"|wrong version number|certificate.{0,40}(?:expired|not trusted|not match)"
        r"|(?:TLS|SSL) handshake (?:failed|error)|AuthenticationException: The remote",
    ),
    Words(
        Kind.UNRESOLVED,
        r"Temporary failure in name resolution|\bEAI_AGAIN\b|server misbehaving|\bSERVFAIL\b"
        rf"|\blookup {HOST}\.?(?: on \S{{1,60}})?: .{{0,120}}(?:timeout|refused|unreachable)"
        r"|no servers could be reached|UnknownHostException: .{1,253}: Try again"
        r"|bad address .{1,260}: Try again|(?:getaddrinfo|resolv|lookup).{0,60}: Try again"
        r"|\(-3\)|DNS (?:query|resolution) (?:timed out|timeout)",
    ),
    Words(
        Kind.UNKNOWN_NAME,
        r"no such host|name or service not known|nodename nor servname|\bENOTFOUND\b"
        r"|could ?n[o']t resolve|can't resolve|bad address '|unable to resolve|failed to resolve"
        r"|could not translate host name|UnknownHostException|unknown host|Name does not resolve"
        r"|No address associated with hostname|host not found|could not be resolved|\bNXDOMAIN\b"
        r"|Unknown (?:MySQL|MariaDB) server host|getaddrinfo (?:for .{1,260} )?failed"
        r"|failed to lookup address|gaierror|DNS resolution failed|produced zero addresses"
        r"|name resolution fail|can't find .{1,260}: No answer|unknown mysql server",
    ),
    Words(
        Kind.UNREACHABLE,
        r"no route to host|\bEHOSTUNREACH\b|\bENETUNREACH\b|network is unreachable|\[Errno 113\]",
    ),
    Words(
        Kind.REFUSED,
        r"connection ?refused|\bECONNREFUSED\b|actively refused|Errno 111\b|\b111: Connection"
        rf"|Connection to {HOST}:\d{{1,5}} refused|(?:Connect|connection) (?:was )?refused"
        r"|Can't connect to (?:MySQL |MariaDB )?server on .{1,260}\((?:111|61)\b"
        r"|Broker may not be available|Couldn't connect to server|Connect call failed"
        rf"|{HOST}:\d{{1,5}} - (?:no response|rejecting connections)",
    ),
    Words(
        Kind.TIMEOUT,
        r"i/o timeout|context deadline exceeded|\btimed ?out\b|\bE(?:SOCKET)?TIMEDOUT\b"
        r"|Connect(?:ion)? ?Timeout|Timeout(?:Error|Exception)|Client\.Timeout|request timeout"
        r"|timeout (?:expired|exceeded|period)|handshake timeout|server selection",
    ),
    # No reason is told: it counts only where the cluster shows one.
    Words(
        Kind.FAILS,
        r"(?:could ?n[o']t|cannot|can't|can not|unable to|fail(?:ed|ure|s)? (?:to|while|when)"
        r"|error(?: while| when)?) (?:re-?)?(?:connect|establish|reach|contact|access"
        r"|open (?:a |the )?connection)"
        r"|connect(?:ion|ing)?\b.{0,60}\b(?:fail|lost|error|reset|closed|broken|aborted)"
        r"|not (?:be )?(?:reachable|available)|\bunreachable\b|\bunavailable\b|ECONNRESET"
        r"|socket hang up|Communications link failure|no reachable servers|not ready|is down\b"
        r"|\b50[234]\b",
    ),
)

# A time-out without these may be of anything.
NETWORK = re.compile(
    r"connect|dial|\brpc\b|socket|host|server|tcp|http|request|upstream|broker|redis|mongo|postgres|mysql"
    r"|\bnc: |wget: |curl: ",
    re.IGNORECASE,
)
# What a program says of its own clients is none of its dependencies' doing, nor is a socket that is
# a file.
OF_NOBODY = re.compile(
    r"\bdial unix|\.sock\b|\.s\.PGSQL|upstream prematurely"
    r"|http: TLS handshake error from|client (?:\S{1,60} )?(?:disconnected"
    r"|closed)|remote error: tls: (?:bad|unknown) certificate",
    re.IGNORECASE,
)


def kind_of(text: str) -> Kind | None:
    """What kind of trouble a line tells of, None where of none."""
    if OF_NOBODY.search(text):
        return None
    for words in WORDS:
        if words.found(text):
            if words.kind is Kind.TIMEOUT and not NETWORK.search(text):
                return None
            return words.kind
    return None
