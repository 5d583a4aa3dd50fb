"""Secrets that hide in base64: text that would itself be redacted, and AWS' forty characters."""

import re
from collections.abc import Callable

from kure.domain.redact.marks import Mask
from kure.domain.redact.values import decoded, looks_random

_RUN = re.compile(r"(?<![\w+/=.-])[A-Za-z0-9+/]{24,}={0,2}(?![\w+/=-])")
_AWS_SECRET_KEY = 40


def mask_encoded(text: str, mask: Mask, changes: Callable[[str], bool]) -> str:
    """The text with each run of base64 masked whose content `changes` when it is redacted."""
    return _RUN.sub(lambda found: _masked(found[0], mask, changes), text)


def _masked(run: str, mask: Mask, changes: Callable[[str], bool]) -> str:
    content = decoded(run)
    if content is None:
        return mask("key", run) if _is_aws_secret_key(run) else run
    return mask("secret", run) if changes(content) else run


def _is_aws_secret_key(run: str) -> bool:
    """Forty characters without padding, of every class, that decode to no text. A SHA-1 in hex is
    in one case; a path of this length has words between its slashes, thus few digits."""
    return (
        len(run) == _AWS_SECRET_KEY
        and run.count("/") < 4
        and run.lower() != run != run.upper()
        and sum(map(str.isdigit, run)) >= 3
        and looks_random(run)
    )
