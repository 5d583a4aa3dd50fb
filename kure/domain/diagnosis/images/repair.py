"""Mending the name of an image that no runtime can parse: A11."""

import re

# What a runtime takes, but for the lengths:
# https://github.com/distribution/reference/blob/main/regexp.go
HOST = r"[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,250}[a-zA-Z0-9])?(?::\d{1,5})?"
PART = r"[a-z0-9]+(?:(?:[._-]|__)[a-z0-9]+|-{2,}[a-z0-9]+){0,20}"
VALID = re.compile(
    rf"(?:{HOST}/)?{PART}(?:/{PART}){{0,10}}(?::\w[\w.-]{{0,127}})?(?:@sha256:[0-9a-f]{{64}})?",
    re.ASCII,
)
# A place holder that whoever made the manifest did not fill in.
UNFILLED = re.compile(r"\$\{?\(?\w+|\{\{|\}\}|<[\w -]+>|%\w+%")
LONGEST = 500


def unfilled(name: str) -> str:
    """The place holder in the name, '' where there is none."""
    found = UNFILLED.search(name[:LONGEST])
    return found.group() if found else ""


def repaired(name: str) -> str:
    """The name without what is evidently a slip; '' where that gives no valid name."""
    if len(name) > LONGEST or unfilled(name):
        return ""
    mended = re.sub(r"\s+", "", name)
    mended = re.sub(r"^(?:https?|docker|oci)://", "", mended, flags=re.IGNORECASE)
    mended = re.sub(r":{2,}", ":", mended)
    mended = re.sub(r"/{2,}", "/", mended).strip("/").rstrip(":@")
    rest, at, digest = mended.partition("@")
    path, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        path, colon, tag = rest, "", ""
    mended = f"{_lower(path)}{colon}{tag}{at}{digest}"
    return mended if mended != name and VALID.fullmatch(mended) else ""


def _lower(path: str) -> str:
    """Hosts may have capitals, repositories may not."""
    first, slash, rest = path.partition("/")
    has_host = slash and ("." in first or ":" in first)
    return f"{first}/{rest.lower()}" if has_host else path.lower()
