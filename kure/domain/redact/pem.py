"""Private keys in PEM (RFC 7468), whole or cut: their bodies go, BEGIN, END and every line stay.

Certificates and public keys stay: they are public, and an expired one is often the fault.
"""

import re
import string

from kure.domain.redact.marks import Mask, holds_slot

_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_BASE64 = string.ascii_letters + string.digits + "+/="
_AFTER = string.whitespace + string.punctuation.translate(str.maketrans("", "", "+/="))
_LONG = 16
"""Characters of base64 on a line by which a key without its END (or BEGIN) is taken to go on."""

_ARMOUR = re.compile(r"\W*(?:Version|Comment|Proc-Type|DEK-Info|Hash|Charset):")
_PUTTY = re.compile(r"(Private-(?:Lines|MAC|Hash):[ \t]*)(.*)")


def mask_pem(text: str, mask: Mask) -> str:
    """The text with the bodies of its private keys masked, line by line."""
    if "PRIVATE KEY" in text:
        text = _mask_blocks(text, mask)
    if "Private-Lines:" in text:
        text = _mask_putty(text, mask)
    return text


def _mask_blocks(text: str, mask: Mask) -> str:
    parts: list[str] = []
    position = 0
    begin = _BEGIN.search(text)
    parts.append(_mask_before_end(text[: begin.start() if begin else len(text)], mask))
    while begin is not None:
        following = _BEGIN.search(text, begin.end())
        limit = following.start() if following else len(text)
        end = _END.search(text, begin.end(), limit)
        position = end.start() if end else limit
        body = text[begin.end() : position]
        parts += [begin[0], _mask_body(body, mask, closed=end is not None), text[position:limit]]
        begin = following
    return "".join(parts)


def _mask_body(body: str, mask: Mask, *, closed: bool) -> str:
    """What follows BEGIN. Where there is no END, it goes on while it looks like a key."""
    if closed and "\n" not in body:
        return mask("key", body)
    lines = body.split("\n")
    for index, line in enumerate(lines):
        if not line.strip() or holds_slot(line) or _ARMOUR.match(line):
            continue
        start, stop = _last_base64(line)
        if closed or stop - start >= _LONG:
            lines[index] = line[:start] + mask("key", line[start:stop]) + line[stop:]
        elif index:
            break
    return "\n".join(lines)


def _mask_before_end(text: str, mask: Mask) -> str:
    """Text that may have an END without its BEGIN: the lines of base64 that lead up to it."""
    end = _END.search(text)
    if end is None:
        return text
    lines = text[: end.start()].split("\n")
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        start, stop = _last_base64(line)
        if stop - start >= _LONG:
            lines[index] = line[:start] + mask("key", line[start:stop]) + line[stop:]
        elif line.strip() and not holds_slot(line) and index < len(lines) - 1:
            break
    return "\n".join(lines) + text[end.start() :]


def _last_base64(line: str) -> tuple[int, int]:
    """Where the last run of base64 stands; before it may be a log's time and stream. A `\\n` of
    two characters, as in JSON, belongs to the run."""
    stop = len(line.rstrip(_AFTER))
    return len(line[:stop].rstrip(_BASE64 + "\\")), stop


def _mask_putty(text: str, mask: Mask) -> str:
    """PuTTY's own format: `Private-Lines: N`, then N lines."""
    lines = text.split("\n")
    left = 0
    for index, line in enumerate(lines):
        found = _PUTTY.match(line)
        if found is None:
            if left:
                lines[index] = mask("key", line)
                left -= 1
        elif found[2].isdecimal() and len(found[2]) < 4:
            left = int(found[2])
        else:
            lines[index] = found[1] + mask("key", found[2])
    return "\n".join(lines)
