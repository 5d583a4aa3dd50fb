"""Secrets that give themselves away by their shape, whatever stands around them.

Where a pattern comes from detect-secrets (https://github.com/Yelp/detect-secrets, its plugins'
`denylist`) it is taken from there, so that an upgrade brings its corrections; only regular
expressions are used, none of its scanning or verifying. The rest is what it lacks, from the
vendors' own words on their formats, as gitleaks gathers them too
(https://github.com/gitleaks/gitleaks).

Not taken: its AWS secret key, JWT, npm and OpenAI patterns (they need a quote, or run in square
time on a long line), its keyword patterns (they want quotes; see assignments.py) and plain entropy
(it takes digests and file names for secrets).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from detect_secrets.plugins.artifactory import ArtifactoryDetector
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

from kure.domain.redact.marks import Mask


@dataclass(frozen=True)
class Shape:
    """One pattern. It is tried only where the text has one of its hints: searching for a plain
    string costs a hundredth of a search with the pattern. Group 1, if there is one, is what to
    mask."""

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None = None
    """What the text must also have: a quick search before a slow one."""


def _theirs(kind: str, hints: str, patterns: Iterable[re.Pattern[str]]) -> Shape:
    """Their patterns as one, with each group made non-capturing."""
    found = list(patterns)
    both = "|".join(f"(?:{_no_groups(each.pattern)})" for each in found)
    return Shape(kind, tuple(hints.split()), re.compile(both, found[0].flags & re.I))


def _no_groups(pattern: str) -> str:
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)


def _ours(kind: str, starts: str, rest: str) -> list[Shape]:
    """One shape for each of the literals `starts`, at the start of a word. It looks back after the
    literal: before it, the search for the literal would be several times slower."""
    return [
        Shape(
            kind,
            (start,),
            re.compile(f"{re.escape(start)}(?<![A-Za-z0-9]{re.escape(start)}){rest}"),
        )
        for start in starts.split()
    ]


def _anywhere(kind: str, hints: str, pattern: str) -> Shape:
    return Shape(kind, tuple(hints.split()), re.compile(pattern))


SHAPES: tuple[Shape, ...] = (
    _theirs("key", "A3T ABIA ACCA AKIA ASIA", [AWSKeyDetector.denylist[0]]),
    _theirs("token", "AKC", [ArtifactoryDetector.denylist[0]]),
    Shape(
        "token", (".",), DiscordBotTokenDetector.denylist[0], re.compile(r"\.[\w-]{6}\.[\w-]{27}")
    ),
    _theirs("token", "ghp_ gho_ ghu_ ghs_ ghr_", GitHubTokenDetector.denylist),
    _theirs(
        "token",
        "glpat- gldt- glft- glsoat- glrt- glcbt- glimt- glptt- glagent- gloas- GR1348941",
        GitLabTokenDetector.denylist,
    ),
    _theirs("key", "-us", MailchimpDetector.denylist),
    _theirs("token", "pypi-", PypiTokenDetector.denylist),
    _theirs("key", "SG.", SendGridDetector.denylist),
    _theirs("token", "xox hooks.slack.com", SlackDetector.denylist),
    _theirs("token", "sq0csp-", SquareOAuthDetector.denylist),
    _theirs("key", "k_live_", StripeDetector.denylist),
    _theirs("token", ":AA", TelegramBotTokenDetector.denylist),
    _theirs("key", "AC SK", TwilioKeyDetector.denylist),
    # Vendors
    *_ours("token", "github_pat_", r"\w{50,}"),
    *_ours("token", "xapp-", r"\d-[\w-]{20,}"),
    *_ours("key", "sk_test_ rk_test_ whsec_", r"\w{16,}"),
    *_ours("token", "npm_", r"[A-Za-z0-9]{36}"),
    *_ours("token", "dckr_pat_ dckr_oat_", r"[\w-]{20,}"),
    *_ours("key", "sk-proj- sk-svcacct- sk-admin- sk-ant- sk-or-v1-", r"[\w-]{20,}"),
    *_ours("key", "sk-", r"[A-Za-z0-9]{20,}"),
    *_ours("token", "hf_", r"[A-Za-z]{30,}"),
    *_ours("key", "gsk_ xai-", r"[A-Za-z0-9]{40,}"),
    *_ours("key", "AIza", r"[\w-]{35}"),
    *_ours("token", "ya29.", r"[\w-]{20,}"),
    *_ours("secret", "GOCSPX-", r"[\w-]{20,}"),
    *_ours("token", "hvs. hvb. hvr.", r"[\w-]{24,}"),
    *_ours("token", "dop_v1_ doo_v1_ dor_v1_", r"[a-f0-9]{64}"),
    *_ours("token", "shpat_ shpca_ shppa_ shpss_", r"[a-fA-F0-9]{32}"),
    *_ours("token", "glsa_ glc_", r"[\w+/=]{30,}"),
    *_ours("token", "dapi", r"[a-f0-9]{32}"),
    *_ours("token", "pscale_tkn_ pscale_pw_ pscale_oauth_", r"[\w.-]{30,}"),
    *_ours("token", "dp.pt. dp.st. dp.ct. dp.sa.", r"[\w.]{40,}"),
    *_ours("token", "ATATT3", r"[\w=-]{60,}"),
    *_ours("key", "NRAK- PMAK- lin_api_ HRKU-", r"[\w-]{27,}"),
    *_ours("key", "AGE-SECRET-KEY-", r"1[A-Z0-9]{20,}"),
    *_ours("key", "key-", r"[a-f0-9]{32}(?![a-f0-9-])"),
    _anywhere("secret", "8Q~", r"(?<!\w)\w{3}8Q~[\w.~-]{31,34}"),
    _anywhere("token", ".atlasv1.", r"(?<!\w)\w{14}\.atlasv1\.[\w-]{60,}"),
    # Addresses that are themselves the key
    _anywhere("token", "/bot", r"/bot(\d{8,10}:[\w-]{35})"),
    _anywhere("token", "/webhooks/", r"/webhooks/(\d+/[\w-]{40,})"),
    _anywhere("token", "office.com/webhook", r"office\.com/webhook\w*/([\w@/-]{30,})"),
    # JSON web tokens: a head that begins `{"`, a body, a signature that may be empty (RFC 7519)
    *_ours("token", "eyJ", r"[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"),
    # Password hashes: crypt(3), argon2, PostgreSQL's SCRAM, LDAP's
    _anywhere("hash", "$", r"\$(?:1|2[abxy]|5|6|y|apr1|argon2(?:i|d|id))\$[\w./$=,+-]{12,}"),
    _anywhere("hash", "SCRAM-SHA-", r"SCRAM-SHA-\d+\$\d+:[\w+/=]+\$[\w+/=]+:[\w+/=]+"),
    _anywhere("hash", "SHA", r"\{S?SHA(?:256|512)?\}[\w+/]{20,}=*"),
)


def _hints(shapes: Iterable[Shape]) -> Iterable[tuple[Shape, str]]:
    return ((shape, hint) for shape in shapes for hint in shape.hints)


_SHORT = 1000
_ANY = re.compile(
    "|".join(
        shape.needs.pattern if shape.needs else re.escape(hint) for shape, hint in _hints(SHAPES)
    )
)
"""One search for all hints: for a short text it costs less than a look for each."""


def mask_shapes(text: str, mask: Mask) -> str:
    """The text with all that has the shape of a secret masked."""
    if len(text) < _SHORT and _ANY.search(text) is None:
        return text
    for shape in SHAPES:
        if _may_be_in(text, shape):
            text = shape.pattern.sub(partial(_masked, shape.kind, mask), text)
    return text


def _may_be_in(text: str, shape: Shape) -> bool:
    if shape.needs is not None:
        return shape.needs.search(text) is not None
    for hint in shape.hints:  # noqa: SIM110 - any() makes a generator for each of sixty shapes
        if hint in text:
            return True
    return False


def _masked(kind: str, mask: Mask, found: re.Match[str]) -> str:
    start = found.start()
    if start and found.string[start - 1].isalnum() and found[0][0].isalnum():
        return found[0]  # inside a longer word: a digest, a name
    if not found.re.groups:
        return mask(kind, found[0])
    return found[0].removesuffix(found[1]) + mask(kind, found[1])
