"""What a value looks like by itself: nothing, a number, a reference, a name, an error, a secret."""

import base64
import math
import re
from collections import Counter

from kure.domain.redact.names import SecretKey, Strength

_NOTHING = re.compile(
    r"""(?ix)
      true | false | yes | no | on | off | y | n | null | none | nil | undefined | unset | empty
    | n/a | ok | \d | [*x•.]{2,} | [|>][+-]?\d? | -+ | \?+ | \\*["']{1,2}
    | set | valid | invalid | missing | required | optional | expired | revoked | wrong | incorrect
    | denied | rejected | forbidden | unauthorized | unauthenticated | unavailable | unknown
    | timeout | eof | failed | failure | error | success | done | enabled | disabled | strict
    | created | updated | deleted | rotated | refreshed | loaded | mounted | changed | unchanged
    | lax | httponly | accepted | verified | expires | refused | not[ -]?found | not[ ]set
    | [<\[({] (?: redacted | hidden | masked | filtered | removed | omitted | secret | sensitive
                 | none | nil | unknown | unset | empty | set | value | protected ) [>\])}]?
    | redacted | hidden | masked | filtered | omitted
    | str | string | bytes | int | integer | bool | boolean | object | secretstr | optional\[.*"""
)
_REFERENCE = re.compile(
    r"""(?x)
      (?: \$\(? \{? [A-Za-z_][\w.]* \}? \)? )+       # $X ${X} $(X)
    | \$\( [^)]* \) | ` [^`]* `                    # the output of a command
    | \{\{ .* | \}\} .* | %[svqd] | %\(\w+\)[sd]    # templates
    | <set\ to\ .* | <no\ value>                   # kubectl describe
    | (?: os\.environ | process\.env | System\.getenv ) \b .*
    | [A-Za-z_]\w* (?: \.\w+ )* [(\[] (?: .*["'].* )? [)\]] [,;)]*   # a call in a source line"""
)
_LONGEST_REFERENCE = 200
_NUMBER = re.compile(
    r"(?i)[+-]?\d+(?:[._,]\d+)*(?:e[+-]?\d+)?"
    r"(?:%|m|k|g|t|p|e|ki|mi|gi|ti|pi|ei|n|u|kb|mb|gb|tb|kib|mib|gib|b|ns|us|µs|ms|s|min|h|d|w|rc\d+)?"
    r"|(?:\d+(?:\.\d+)?(?:h|m|s|ms))+|0x[0-9a-f]{1,8}"
)
_BOOLEAN = re.compile(r"(?i)true|false|yes|no|on|off|null|none|enabled|disabled")
_PATH = re.compile(r"(?:file:/{0,2})?(?:/|\./|\.\./|~/|[A-Za-z]:\\)[\w.@+-]+(?:[/\\][\w.@+-]+)+/?")
_DNS_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_TELLING = re.compile(
    r"(?:-(?:auth|ca|cert|certs|config|conf|cred|creds|credential|credentials|keys?|login|pass"
    r"|passwords?|pull|registry|secrets?|ssl|tls|tokens?)(?:-[a-z0-9]{5})?|^regcred)$"
)
_BOASTING = re.compile(r"^(?:super|top|very|change|changeme|dev|test|demo|s3cr3t)-")
"""`super-secret-key` ends like a name and is what people write for a secret."""
_ERROR = re.compile(
    r"(?i)\b(?:fail(?:ed|ure|s)?|errors?|invalid|cannot|can't|could(?:n't| not)|denied|unable"
    r"|missing|required|expired|refused|unexpected|expected|incorrect|wrong|authentication|must"
    r"|unauthorized|forbidden|timed? ?out|not (?:found|set|valid|match|provided|allowed|supported"
    r"|be|specified|configured|given|exist)|does(?:n't| not)|no such|already|unknown"
    r"|too (?:short|long)|malformed|exists?|should|at least|at most|dial|rpc error|lookup|EOF)\b"
)
_PROSE = frozenset(
    "a access all already an and any are as at auth authenticate authentication"
    " authorization be been being but by can can't cannot character characters check"
    " connection contains context could couldn't decode denied dial did does doesn't"
    " encrypted end ensure error errors expected expired failed failure field for"
    " forbidden found from get got has hash hashing have header http https if illegal in"
    " incorrect invalid is it its key length line login lookup malformed manager maximum"
    " may minimum mismatch missing must name named no not now object of on one only open"
    " operation or parse parsing password passwords permission please policy post prompt"
    " protection put read realm recovery required reset resource rotation rpc scheme"
    " secret secrets set should so some stat such that the their there this to token"
    " tokens too type unable unauthorized unexpected unknown unset unsupported use used"
    " user using value was were when which will with write wrong x509 your".split()
)
_KEY_NAMES = frozenset("password passwd pass username user token key secret auth apikey".split())
_PLAIN_WORD = re.compile(r"[A-Za-z][a-z']*[.,;:!?)]*")


_FIRST_WORDS = 200
"""What tells an error from a value stands in this many characters: a line may have thousands."""


def is_nothing(value: str) -> bool:
    """Whether the value holds nothing to hide: empty, a boolean, a state, a reference, a type."""
    value = value.strip()
    return not value or bool(_NOTHING.fullmatch(value)) or is_reference(value)


def is_reference(value: str) -> bool:
    """`$(DB_PASSWORD)`, `{{ .Values.x }}`, `<set to the key …>`: it says where the secret is."""
    return len(value) <= _LONGEST_REFERENCE and bool(_REFERENCE.fullmatch(value.strip()))


def is_number(value: str) -> bool:
    """A number, with or without a unit (quantities, durations, versions), or a boolean."""
    return bool(_NUMBER.fullmatch(value) or _BOOLEAN.fullmatch(value))


def is_boolean(value: str) -> bool:
    return bool(_BOOLEAN.fullmatch(value))


def is_path(value: str) -> bool:
    """A path of at least two parts: where a secret is, not what it is."""
    return bool(_PATH.fullmatch(value))


def is_object_name(value: str) -> bool:
    """Whether it reads like the name of a Secret object: `shop/db-creds`, `cart-token-x7k2p`."""
    namespace, slash, name = value.rpartition("/")
    if not _DNS_NAME.fullmatch(name) or (slash and not _DNS_NAME.fullmatch(namespace)):
        return False
    if slash:
        return True
    return bool(_TELLING.search(name)) and not _BOASTING.search(name)


def is_error(value: str) -> bool:
    """Whether it is at least two words, one of which tells of an error or a rule for the value."""
    start = value[:_FIRST_WORDS].strip()
    return " " in start and bool(_ERROR.search(start))


def starts_prose(words: str) -> bool:
    """Whether the first word of what follows a key goes on with a sentence."""
    first, *_ = words[:_FIRST_WORDS].split(None, 1) or ("",)
    return first.strip("\"'.,:;()").lower() in _PROSE


def is_plain_word(value: str) -> bool:
    return bool(_PLAIN_WORD.fullmatch(value))


def looks_random(value: str, least: int = 12) -> bool:
    """Letters and digits mixed as no word, name or number mixes them. UUIDs and digests do too."""
    if len(value) < least or " " in value:
        return False
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    mixed = value.lower() != value and value.upper() != value
    return bool(digits and letters) and (mixed or digits * 5 >= len(value)) and _bits(value) >= 3


def _bits(value: str) -> float:
    """Shannon entropy in bits a character, as in detect-secrets' high entropy plugin."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


def hides(key: SecretKey, value: str) -> bool:
    """Whether this value of that key is to be masked. Prose around it is for the caller to see."""
    if is_nothing(value) or is_path(value):
        return False
    if key.strength is Strength.STRONG:
        return True
    if key.strength is Strength.RANDOM:
        return _is_pair(value) or looks_random(value) or _is_code(value)
    if value.lower() in _KEY_NAMES or (key.bare and is_object_name(value)):
        return False
    return not (is_number(value) and len(value) < 6)


def _is_pair(value: str) -> bool:
    """`user:password`, or an address whose path is the secret; not `sha256:…`, not `host:80`."""
    first, colon, second = value.partition(":")
    return (
        bool(first and colon and second) and not first.startswith("sha") and not is_number(second)
    )


def _is_code(value: str) -> bool:
    """A PIN or a one-time password."""
    return value.isdigit() and 4 <= len(value) <= 8


_LINES = str.maketrans("", "", "\r\n\t")


def decoded(value: str) -> str | None:
    """The text that the value is the base64 of, or None where it is no base64 of readable text."""
    body = value.rstrip("=")
    try:
        raw = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
        text = raw.decode("utf-8")
    except ValueError:  # not base64, or not text
        return None
    return text if text.translate(_LINES).isprintable() else None
