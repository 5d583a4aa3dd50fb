"""How many tokens a text has, by rule of thumb: on the safe side, since no provider's own tokenizer
is at hand.

OpenAI says four characters of English a token (https://help.openai.com/en/articles/4936856),
Anthropic three and a half (https://docs.claude.com/en/docs/about-claude/glossary#tokens), Gemini
four (https://ai.google.dev/gemini-api/docs/tokens). Evidence is no English: digits, hexadecimal ids
and punctuation make more tokens than words do, and what is not ASCII makes up to one for each two
bytes. Over questions, logs, ids, times and prose of four languages this counts at least as many as
OpenAI's vocabularies (o200k, cl100k), of evidence up to a third more.
"""

import json
import math

from kure.domain.models.conversation import Prompt

_WORDS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ "
_ASCII = bytes(range(128))

# Characters a token: of letters and spaces by whose tokenizer, and of all other ASCII.
LETTERS = {"openai": 4.0, "github": 4.0, "copilot": 4.0, "gemini": 4.0, "anthropic": 3.5}
FEWEST_LETTERS = 3.5
OTHERS = 1.5
BYTES = 2.0


def tokens(text: str, kind: str = "") -> int:
    """At most so many, for most texts. `kind` is the provider's; where it is not known, or its
    models are anybody's, the smallest characters a token count."""
    raw = text.encode(errors="replace")
    rest = raw.translate(None, _WORDS)
    beyond = len(rest.translate(None, _ASCII))
    letters = len(raw) - len(rest)
    each = LETTERS.get(kind, FEWEST_LETTERS)
    return math.ceil(letters / each + (len(rest) - beyond) / OTHERS + beyond / BYTES)


def of_prompt(prompt: Prompt, kind: str = "") -> int:
    """All that a call sends: for what it may cost at most."""
    parts = [prompt.system, prompt.question, json.dumps(prompt.answer)]
    parts += [json.dumps([tool.name, tool.description, tool.parameters]) for tool in prompt.tools]
    for exchange in prompt.exchanges:
        parts += [exchange.reply.text, exchange.correction]
        parts += [json.dumps([call.name, call.arguments]) for call in exchange.reply.calls]
        parts += [result.text for result in exchange.results]
    return sum(tokens(part, kind) for part in parts)
