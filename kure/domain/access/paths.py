"""Where a browser may be sent after signing in: to a page of ours, whatever was asked for."""

import re

LONGEST = 1000
# Browsers read a backslash as a slash and leave out tabs and line breaks, and `//host` is another
# site (https://url.spec.whatwg.org/#url-parsing).
_OURS = re.compile(r"/(?!/|api/)[!-\[\]-~]*")


def local_path(text: str) -> str:
    """The path, where it is one of our pages; else that of the first page."""
    return text if len(text) <= LONGEST and _OURS.fullmatch(text) else "/"
