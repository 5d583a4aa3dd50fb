"""Keys with their values in free text: `password: x`, `--token x`, `"apiKey":"x"`, `PWD='x'`, …

A search finds the telling part of a key and what stands between it and a value; the key is then
read whole, and names.py says whether it names a secret. So the cost is that of one search, plus a
little for each key that tells.

The forms were compared with those of detect-secrets' keyword plugin, which wants quotes in most of
them; logs, YAML and environments have none, which is why prose has to be told from values here.
"""

import re
from dataclasses import dataclass

from kure.domain.redact.headers import authorization, cookies
from kure.domain.redact.marks import Mask, is_slot
from kure.domain.redact.names import SecretKey, Strength, secret_key
from kure.domain.redact.scan import Span, bare, quoted, rest_of_line
from kure.domain.redact.values import (
    hides,
    is_error,
    is_number,
    is_object_name,
    is_plain_word,
    looks_random,
    starts_prose,
)

_TELLING = re.compile(
    "pass|pwd|pswd|psw|pw|pin|secret|token|key|cred|auth|cookie|sess|sid|csrf|xsrf|jwt|bearer|otp|sig"
    "|hmac|mnemonic|webhook|kennwort|senha|contrasena|psk"
)
"""Searched for in the text in lower case: ten times faster than any search for either case."""

_KEY_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."
_LONGEST_KEY = 64
_AFTER = re.compile(
    r"""(?P<tail>(?:[\w-]|\.(?!\.)){0,64})
    (?P<close>\\*["'`]\]?|\]|)
    (?P<sep> [ \t]{0,8} (?: => | -> | → | :[=-]? | [!=]?={1,3} | \.{3,} | %3[ADad] | \\u003[ad] )
              (?!//) [ \t]*
      | > | , [ \t]* (?=\\*["'])
      | [ \t]+ (?: is | was | are ) [ \t]* :? [ \t]+
      | [ \t]+ (?=\S) )""",
    re.X,
)
_UNEXPECTED = re.compile(
    r"(?i)(?:unexpected|invalid|illegal|bad|unknown|next|expired|missing|no|stop|special)[ ]$"
)
_COMPOUND = re.compile(r"(?i)(api|access|private|secret|session|encryption|signing|license)[ ]$")
_COMPOUNDED = frozenset(("key", "keys", "id"))
_LOGIN = re.compile(r"\blogin[ ]+\S{1,64}[ ]+$")
_WITH = re.compile(r"(?i)\b(?:with|using)[ ]$")
_DONE = re.compile(r"""[ \t"'`,.;:)\]}>|]*(?:$|[\w.-]{1,40}["']?[=:]|[|&;(\[{])""", re.M)
_PARTICIPLE = re.compile(r"(?i)\w+(?:ed|ing|able)")
_ATTRIBUTE = re.compile(r"<[\w:]{1,64}[^<>]*=\\*[\"']$")
_SPACED = frozenset(("requirepass", "masterauth", "masteruser"))
"""Settings of Redis that are written without a sign between key and value."""

_BEFORE_KEY = " \t-\"'#*>|/+$"
_BARE_ITEM = re.compile(r"[^\s,]+")
_SEMICOLON = re.compile(r"[;\"']")
# What has no end within so many characters is taken for a group, whatever stands behind its end.
_GROUP = re.compile(r"\{|\[(?:[^\]\n{]*$|[^\]\n]{0,4000}(?:$|\](?![\w\ufdd0]))|[^\]\n]{4001})")
_ITEM = re.compile(r"""(\\*["'])((?:(?!\1)[^\n\\]|\\(?!["']))*)\1([ \t]*:)?""")


@dataclass(frozen=True)
class _Found:
    """A key that names a secret, and where its value begins. `end` is the end of the line, or of
    the quotes that hold both key and value."""

    text: str
    key: SecretKey
    name: str
    start: int
    sep: str
    quotes: str
    """What closes the key: `"`, `'`, also escaped; empty where it has no quotes."""

    at: int
    end: int
    leads: bool
    """Whether nothing stands before the key on its line, or in its quotes."""

    @property
    def before(self) -> str:
        return self.text[max(0, self.start - 80) : self.start]

    @property
    def rest(self) -> str:
        return self.text[self.at : min(self.end, self.at + 200)]


def mask_assignments(text: str, mask: Mask) -> str:
    """The text with the values of all keys that name a secret masked."""
    parts: list[str] = []
    done = position = 0
    end_of_line = -1
    lower = _lower(text)
    while telling := _TELLING.search(lower, position):
        position = telling.end()
        found = _AFTER.match(text, position)
        if found is None:
            continue
        position = found.end("tail")
        if end_of_line < found.end():
            end_of_line = _end_of_line(text, found.end())
        hit = _read_key(text, telling.start(), found, done, end_of_line)
        if hit is None:
            continue
        for start, end in _spans(hit):
            parts += text[done:start], _masked(hit, start, end, mask)
            done = end
        position = max(position, done)
    return "".join(parts) + text[done:]


def _masked(hit: _Found, start: int, end: int, mask: Mask) -> str:
    """The mask; in the key's quotes where the key has some and the value, a number, had none, so
    that JSON stays JSON."""
    value = hit.text[start:end]
    bare_value = ":" in hit.sep and hit.text[start - 1] not in "\"'`"
    quotes = hit.quotes if bare_value else ""
    return value if is_slot(value) else quotes + mask(hit.key.kind, value) + quotes


def _lower(text: str) -> str:
    """The text in lower case, as long as before: U+0130 alone would become two characters."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.replace("\u0130", "I").lower()


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _read_key(text: str, telling: int, found: re.Match[str], done: int, end: int) -> _Found | None:
    before = text[max(done, telling - _LONGEST_KEY) : telling]
    start = telling - (len(before) - len(before.rstrip(_KEY_CHARACTERS)))
    name = text[start : found.end("tail")]
    key = secret_key(name) or _compound(text, start, name)
    if key is None or found.end() > end:
        return None
    quote = text[start - 1 : start]
    leads = _leads_line(text, start)
    if quote in ('"', "'", "`") and not found["close"]:
        closing = text.find(quote, found.end(), end)
        leads, end = True, closing if closing >= 0 else end
    quotes = found["close"].rstrip("]")
    return _Found(text, key, name, start, found["sep"], quotes, found.end(), end, leads)


def _compound(text: str, start: int, name: str) -> SecretKey | None:
    """`API key: x`: a key of two words."""
    if name.lower() not in _COMPOUNDED:
        return None
    before = _COMPOUND.search(text, max(0, start - 12), start)
    return secret_key(f"{before[1]}_{name}") if before else None


def _leads_line(text: str, start: int) -> bool:
    line = text.rfind("\n", max(0, start - 200), start) + 1
    if not line and start > 200:
        return False
    return not text[line:start].removeprefix("export ").strip(_BEFORE_KEY)


def _spans(hit: _Found) -> list[Span]:
    """Where all that stands that is to be masked behind one key."""
    header = hit.name.lower()
    if header.endswith("authorization"):
        span = _authorization(hit)
        spans = [span] if span else []
    elif header.endswith(("cookie", "cookies")) and (pairs := _cookies(hit)):
        spans = pairs
    elif hit.sep == ">":
        spans = _element(hit)
    elif hit.sep.isspace():
        spans = _spaced(hit)
    elif hit.sep[0] == "," and not hit.name.startswith("-"):
        spans = []
    elif hit.sep[0] in " \t" and hit.sep.strip()[0] in "iwa":
        spans = _told(hit)
    else:
        spans = _assigned(hit)
    return [span for span in spans if span[0] < span[1]]


def _authorization(hit: _Found) -> Span | None:
    if hit.sep.isspace() or hit.sep == ">":
        return None
    inside = quoted(hit.text, hit.at, hit.end)
    if inside:
        return authorization(hit.text, *inside)
    span = authorization(hit.text, hit.at, hit.end)
    if span is None or hit.leads:
        return span
    return bare(hit.text, span[0], hit.end)


def _cookies(hit: _Found) -> list[Span]:
    start, end = quoted(hit.text, hit.at, hit.end) or (hit.at, hit.end)
    return cookies(hit.text, start, end, setting="set" in hit.name.lower())


def _element(hit: _Found) -> list[Span]:
    """`<password>x</password>`, `<property name="password">x</property>`"""
    if hit.before[-1:] != "<" and not (hit.quotes and _ATTRIBUTE.search(hit.before)):
        return []
    end = hit.text.find("<", hit.at, hit.end)
    span = (hit.at, end if end >= 0 else hit.end)
    return [span] if hides(hit.key, hit.text[slice(*span)]) else []


def _spaced(hit: _Found) -> list[Span]:
    """Blanks between key and value: flags, `password 'x'`, `token k9Qm2…`; else it is prose."""
    inside = quoted(hit.text, hit.at, hit.end)
    span = inside or bare(hit.text, hit.at, hit.end)
    value = hit.text[slice(*span)]
    flag = hit.name.startswith("-") or hit.name.lower() in _SPACED
    if flag:
        told = not value.startswith("-")
    elif hit.quotes:
        told = False
    elif hit.key.strength is Strength.STRONG:
        told = inside is not None or _is_led_to(hit, span)
    else:
        told = looks_random(value, 16) and not is_object_name(value)
    return [span] if told and hides(hit.key, value) else []


def _is_led_to(hit: _Found, span: Span) -> bool:
    """`login app password x` (netrc), `bindpw x` on a line, `with password x` at a clause's end."""
    value = hit.text[slice(*span)]
    if _LOGIN.search(hit.before):
        return True
    if hit.leads and span[1] == hit.end:
        return not (starts_prose(value) or _PARTICIPLE.fullmatch(value))
    led = _WITH.search(hit.before) is not None and _is_last(hit, span)
    return led and not starts_prose(value)


def _told(hit: _Found) -> list[Span]:
    """`the password is x`"""
    inside = quoted(hit.text, hit.at, hit.end)
    span = inside or bare(hit.text, hit.at, hit.end)
    value = hit.text[slice(*span)]
    if hit.quotes or not hides(hit.key, value):
        return []
    if hit.key.strength is Strength.STRONG:
        told = inside or not (starts_prose(value) or _PARTICIPLE.fullmatch(value))
    else:
        told = inside or looks_random(value)
    return [span] if told else []


def _assigned(hit: _Found) -> list[Span]:
    """`=`, `:` and the like between key and value."""
    if _GROUP.match(hit.text, hit.at, hit.end):
        return _group(hit)
    inside = quoted(hit.text, hit.at, hit.end)
    if inside is None:
        span = _unquoted(hit)
        return [span] if span and hides(hit.key, hit.text[slice(*span)]) else []
    return [inside] if _hides(hit, hit.text[slice(*inside)]) else []


def _hides(hit: _Found, value: str) -> bool:
    """Whether the value is the key's, and not what a validator has to say about it."""
    strong = hit.key.strength is Strength.STRONG
    about = is_error(value) and (starts_prose(value) or not strong)
    return hides(hit.key, value) and not about


def _unquoted(hit: _Found) -> Span | None:
    token = bare(hit.text, hit.at, hit.end)
    if _is_about_keys(hit, hit.text[slice(*token)]):
        return None
    if ":" in hit.sep and "=" not in hit.sep:
        return _after_colon(hit, token)
    if hit.before.rstrip()[-1:] == ";" and " " not in hit.sep:
        # ADO and ODBC: a value goes on, with blanks, up to the next semicolon
        end = _SEMICOLON.search(hit.text, hit.at, hit.end)
        return hit.at, end.start() if end else hit.end
    if hit.leads:
        line = rest_of_line(hit.text, hit.at, hit.end, command=True)
        return token if is_error(hit.text[slice(*line)]) else max(line, token)
    return token


def _after_colon(hit: _Found, token: Span) -> Span | None:
    value = hit.text[slice(*token)]
    prose = starts_prose(hit.rest) and not _is_last(hit, token)
    if hit.leads:
        strong = hit.key.strength is Strength.STRONG
        told = hit.key.kind in ("token", "key", "cookie") and " " in hit.rest.strip()
        if is_error(hit.rest):
            return token if strong and not starts_prose(value) else None
        if not strong and (prose or (told and is_plain_word(value))):
            return None
        return max(rest_of_line(hit.text, hit.at, hit.end), token)
    if prose or (starts_prose(value) and is_error(hit.rest)):
        return None
    plain = hit.key.strength is not Strength.STRONG and not looks_random(value)
    return None if plain and not _is_last(hit, token) else token


def _is_last(hit: _Found, token: Span) -> bool:
    """Whether the value ends its line, its clause, or is followed by the next pair."""
    return _DONE.match(hit.text, token[1], hit.end) is not None


def _is_about_keys(hit: _Found, value: str) -> bool:
    """`unexpected token: x`, `*v1.Secret: x`, `checksum/secret: x`, `PASS: x`: no secret."""
    if hit.key.kind == "token" and _UNEXPECTED.search(hit.before):
        return True
    if hit.before.endswith(("*", "checksum/")):
        return True
    return hit.name == "PASS" or (hit.name == "pass" and is_number(value) and ":" in hit.sep)


def _group(hit: _Found) -> list[Span]:
    """A list of values, or an object under a password: `"passwords":["x","y"]`."""
    closing, start = "]" if hit.text[hit.at] == "[" else "}", hit.at + 1
    if closing == "}" and hit.key.strength is not Strength.STRONG:
        return []
    # Looked for first, and only so far: each of a thousand of them must not read the whole line.
    nested = hit.text.find("{", start, hit.end)
    end = hit.text.find(closing, start, nested if nested >= 0 else hit.end)
    if end < 0 <= nested:
        return []
    end = end if end >= 0 else hit.end
    if closing == "}" and "Ref" in hit.text[start:end]:
        return []
    items = [item.span(2) for item in _ITEM.finditer(hit.text, start, end) if not item[3]]
    if not items and closing == "]":
        items = [found.span() for found in _BARE_ITEM.finditer(hit.text, start, end)]
    return [item for item in items if _hides(hit, hit.text[slice(*item)])]
