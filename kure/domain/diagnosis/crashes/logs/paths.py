"""Which path a line of a log speaks of."""

import re

from kure.domain.diagnosis.log_signals import Signal

QUOTED = re.compile(r"[\"'`](?P<path>/[^\"'`\n]{1,300})[\"'`]")
BARE = re.compile(r"(?<![\w.:/@-])(?P<path>/[\w.@+~%-][\w.@+~%/-]{0,300})")
# Of Node's errors, below the stack.
BELOW = re.compile(r"^\s*path: '(?P<path>/[^'\n]{1,300})'")
# What is named where the error came from, not what it is about.
SOURCE = re.compile(
    r"\.(?:py|js|ts|mjs|cjs|go|rb|php|java|cs|rs|c|cc|cpp)(?::\d+)?$|^/usr/lib/|^/proc/"
)


def path_in(signal: Signal) -> str:
    """The absolute path that the line is about; '' where it names none. A quoted one counts
    first, and files of source code last."""
    found = [*QUOTED.finditer(signal.text), *BARE.finditer(signal.text)]
    found += [match for line in signal.below if (match := BELOW.match(line))]
    paths = [match["path"].rstrip(".,:;)/") for match in found]
    paths = [path for path in paths if path.strip("/")]
    return next((path for path in paths if not SOURCE.search(path)), paths[0] if paths else "")
