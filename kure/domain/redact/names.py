"""Which keys name a secret: `DB_PASSWORD` does, `passwordPolicy` and `secretName` do not.

A key is cut into words (`dbPassword`, `DB_PASSWORD` and `db.password` are the same two), and the
last word decides: it says what the value is. The words were gathered from detect-secrets' keyword
plugin (its DENYLIST), Kubernetes' API fields and flags, and the settings of common images.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Strength(Enum):
    """How much a key says about its value."""

    STRONG = "its value is a password, also an ordinary word"
    PLAIN = "its value is a secret unless it reads like a name, a number or an error"
    RANDOM = "its value is a secret only where it looks like one"


@dataclass(frozen=True)
class SecretKey:
    """What a key that names a secret promises: the kind for the placeholder, and how surely."""

    kind: str
    strength: Strength
    bare: bool = False
    """Whether the telling word stands alone: `secret`, not `client_secret`."""


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_PASSWORD = re.compile(
    r".*(?:password|passwd|passphrase|passcode|passwort|kennwort|passwords|mnemonic)"
    r"|.*(?<!by)(?<!com)(?<!tres)(?<!sur)(?<!encom)(?<!over)(?<!under)pass|passw|psw|psk|senha"
    r"|(?:admin|app|bind|db|pg|my|root|user|[a-z]{4,})?(?:pw|pwd|pswd)|contrasena|masterauth"
)
_SECRET = re.compile(r".*secrets?")
_CREDENTIALS = re.compile(r"cred|creds|.*credentials?")
_TOKEN = re.compile(r".*tokens?|jwt|bearer|authorization")
_COOKIE = re.compile(r".*cookies?|.*sess?ionid|.*sessid|sid|csrf|xsrf")
_RANDOM = re.compile(r"auth|basicauth|sig|signature|hmac|pin|otp|totp")
_KEY = re.compile(
    r"(?:api|access|secret|private|priv|auth|shared|master|signing|encryption|account|ssh|license"
    r"|service|app|client|storage|rsa|hmac)keys?"
)

_KEYS_OF = frozenset(
    "access account admin aes api app application auth cipher client consumer cookie"
    " crypto decryption deploy developer encrypt encryption fernet hmac ingest integration"
    " jwt licence license master priv private recovery root rsa sas secret server service"
    " session shared sign signing ssh ssl storage subscription tls unseal webhook write".split()
)
"""`X_key` is a secret; `primary_key`, `routing_key` and `public_key` are not."""

_QUALIFIERS = frozenset(
    "admin b64 base base64 bytes content current data default dev enc encoded hex live"
    " new old pem plain plaintext prev previous primary prod production raw secondary"
    " staging string test text val value".split()
)
"""Words after the telling one that change nothing: `token_v2`, `client-key-data`."""

_ELSEWHERE = frozenset(
    "age alg algo algorithm api as at audience audiences auth authentication"
    " authenticator backend bucket cache change changed check class column complexity"
    " config controller count counts created date days decoder dir directory disabled"
    " driver duration enable enabled encoder encoding endpoint env error errors exp"
    " expiration expire expired expires expiry factory failed failure field file filename"
    " files filter folder form format generator go handler hashing header headers helper"
    " hint host hours id ids in interval invalid issuer java js key keys kind kt label"
    " last len length less lifetime limit login manager mapping max min minutes missing"
    " mode module mount ms name names namespace needed num number page parser path paths"
    " pattern php policies policy port prefix prompt property provider py rate rb ref"
    " reference refs regex request requests required requires reset resolver response"
    " review rotate rotation rs rules scala scope scopes seconds secs selector service"
    " size source spec state status store strength suffix time timeout timestamp title ts"
    " ttl type types update updated uri url urls usage use user username utils validate"
    " validation validator verification verified verifier verify version volume".split()
)
"""Last words of keys whose value is something about the secret: where it is, how old, how long."""

_NAMED = frozenset("cert certificate existing external from image pull sealed tls".split())
"""`existingSecret`, `imagePullSecret`: the value is the name of a Secret object."""

_COUNTED = frozenset(
    "bos cached completion context eos expected expired illegal input invalid max min"
    " missing n next num output pad prompt reasoning special stop tokenized total"
    " unexpected unknown used".split()
)
"""`max_tokens`, `unexpected token`: a matter of language models and parsers."""


_LONGEST_SUFFIX = 5
"""Names of pods end in five characters of their own, the last of which may be `pw`: `a-x27pw`."""


@lru_cache(maxsize=4096)
def secret_key(key: str) -> SecretKey | None:
    """What the key promises, or None where it names no secret."""
    words = [word.lower() for word in _WORD.findall(key)]
    if not words:
        return None
    named = _by_last_word(words)
    if named is not None or words[-1] in _ELSEWHERE:
        return named
    if any(_PASSWORD.fullmatch(word) and len(word) > 2 for word in words):
        return SecretKey("password", Strength.STRONG)
    while len(words) > 1 and (words[-1] in _QUALIFIERS or words[-1].isdigit() or words[-1] == "v"):
        words.pop()
    if key.isupper() and len(words) > 1 and words[-1] not in _ELSEWHERE:
        return _by_last_word(words) or _by_first_words(words)
    return _by_last_word(words)


def tells_elsewhere(key: str) -> bool:
    """Whether the key's value is something about a secret: its name, its place, its age."""
    words = _WORD.findall(key)
    return bool(words) and words[-1].lower() in _ELSEWHERE


def _by_last_word(words: list[str]) -> SecretKey | None:
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if before.isdigit() and len(last) < _LONGEST_SUFFIX:
        return None
    if _PASSWORD.fullmatch(last):
        return SecretKey("password", Strength.STRONG, bare=not before)
    if _COOKIE.fullmatch(last) or (before, last) == ("session", "id"):
        return SecretKey("cookie", Strength.PLAIN, bare=not before)
    if (last in ("key", "keys") and before in _KEYS_OF) or _KEY.fullmatch(last):
        return SecretKey("key", Strength.PLAIN)
    if _CREDENTIALS.fullmatch(last) or (before, last) == ("secret", "id"):
        return SecretKey("secret", Strength.PLAIN)
    if _SECRET.fullmatch(last):
        named = before in _NAMED
        return None if named else SecretKey("secret", Strength.PLAIN, bare=not before)
    if _TOKEN.fullmatch(last):
        counted = before in _COUNTED
        return None if counted else SecretKey("token", Strength.PLAIN, bare=not before)
    if _RANDOM.fullmatch(last) or "webhook" in words[-2:]:
        return SecretKey("token", Strength.RANDOM)
    return None


def _by_first_words(words: list[str]) -> SecretKey | None:
    """`TOKEN_SHOP`: in the capitals of an environment variable the telling word may come first."""
    return next(
        filter(None, (_by_last_word(words[: end + 1]) for end in range(len(words) - 1))), None
    )
