"""Where a value behind a key begins and ends: quoted, escaped, or bare up to what follows it."""

import re
from functools import lru_cache

Span = tuple[int, int]

_QUOTE = re.compile(r"[bBrRuUfF@]?(\\*[\"'`])")
_INSIDE = {
    quote: re.compile(rf"[^{quote}\\\n]*(?:(?:\\.|{quote}{quote})[^{quote}\\\n]*)*")
    for quote in "\"'`"
}
_BARE = re.compile(
    r"""(?x)
    (?: (?!%26) [^\s,;&?#<>|"'`)\]}\\]
      | [,;&?|] (?! [\s"'\\]|$ | [\w.%-]{1,40}["']?[=:] )    # not where the next key follows
      | [#<>)\]}"'`] (?= [^\s,;:&)\]}>"'`\\] )                # not where it closes something
      | \\ (?! [nrtu"'\\/] )                                   # not an escaped end of line or quote
    )+"""
)
_NEXT_PAIR = re.compile(
    r"&[\w.-]{1,40}=|,?[ \t]+[\w.-]{1,40}[=:](?=\S)|,[ \t]*[\"']?[\w.-]{1,40}[\"']?[ \t]*[=:]"
)
_NEXT_COMMAND = re.compile(r"[ \t]+(?:&&|\|\|?|>|<|\.?/)|;[ \t]|;$|\\n|[ \t][\w.-]{1,40}:[ \t]")


@lru_cache(maxsize=32)
def _closing(quote: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\\)" + re.escape(quote))


def quoted(text: str, at: int, end: int) -> Span | None:
    """The inside of the quotes that open at `at`, at any depth of escaping (`"`, `\\"`, …); up to
    `end`, the end of the line, where they are never closed. None where no quote opens there."""
    opening = _QUOTE.match(text, at, end)
    if opening is None:
        return None
    start, quote = opening.end(), opening[1]
    if len(quote) == 1:
        stop = _INSIDE[quote].match(text, start, end)
        assert stop is not None, "it matches the empty string too"
        return start, stop.end()
    closing = _closing(quote).search(text, start, end)
    return start, closing.start() if closing else end


def bare(text: str, at: int, end: int) -> Span:
    """One value without quotes and blanks, without the punctuation that belongs to its sentence."""
    found = _BARE.match(text, at, end)
    if found is None:
        return at, at
    stop = found.end()
    if text[stop - 1] in ".:" and stop - at > 1:
        stop -= 1
    return at, stop


def rest_of_line(text: str, at: int, end: int, *, command: bool = False) -> Span:
    """The value up to the end of its line, blanks inside it too, but not the next pair; with
    `command`, as in a shell, not the command behind it."""
    stops = [found.start() for found in (_NEXT_PAIR.search(text, at, end),) if found]
    if command:
        stops += [found.start() for found in (_NEXT_COMMAND.search(text, at, end),) if found]
    value = text[at : min(stops, default=end)].rstrip(" \t\r,")
    return at, at + len(value)
