"""What programs write when they crash, as rows: one pattern over the whole log.

A row is tried only where the log has one of its hints: looking for plain words costs next to
nothing. Its pattern's last match counts, since what is written last is why the program ended; the
group `what` is the line that is shown. To add a rule, add a row and a case; the more specific row
stands first.
"""

import re
from collections import deque
from dataclasses import dataclass, field

from kure.domain.diagnosis.log_lines import line_number


@dataclass(frozen=True, kw_only=True)
class LogRule:
    """One row. Templates know `{container}`, `{image}`, `{code}` and the pattern's groups."""

    rule: str
    hints: tuple[str, ...]
    pattern: str
    title: str
    explanation: str
    fix: str
    _compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_compiled", re.compile(self.pattern, re.MULTILINE))

    def last_match(self, text: str) -> tuple[int, dict[str, str]] | None:
        """The number of the line that is shown and what the groups found, or None."""
        if not any(hint in text for hint in self.hints):
            return None
        newest = deque(self._compiled.finditer(text), maxlen=1)
        if not newest:
            return None
        found = newest[0]
        groups = {name: value or "" for name, value in found.groupdict().items()}
        return line_number(text, found.start("what")), groups


LOG_RULES = (
    LogRule(
        rule="C30",
        hints=("Traceback (most recent call last):",),
        # Frames, among them lines of standard output (the runtime mixes both), then the exception.
        pattern=r"^Traceback \(most recent call last\):\n"
        r"(?:(?![\w.<>]+(?::.*)?$).*\n){0,1000}(?P<what>[\w.<>]+(?::.*)?)$",
        title="{container} ends with an exception: {what}",
        explanation="A Python exception that nothing caught ended the program.",
        fix="Mend what the exception says; the frames above it in the log name the place.",
    ),
    LogRule(
        rule="C30",
        hints=("Exception in thread", "Unhandled exception"),
        pattern=r"^(?:Exception in thread \"[^\"\n]*\"|Unhandled exception\.?:?) (?P<what>\S.*)",
        title="{container} ends with an exception: {what}",
        explanation="An exception that nothing caught ended the program.",
        fix="Mend what the exception says; the frames below it in the log name the place.",
    ),
    LogRule(
        rule="C30",
        hints=("panic: ", "fatal error: "),
        pattern=r"^(?P<what>(?:panic|fatal error): .+)",
        title="{container} ends with a {what}",
        explanation="The program met something that it cannot go on from.",
        fix="Mend what the message says; the lines below it in the log name the place.",
    ),
)
