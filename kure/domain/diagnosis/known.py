"""What is said of a rule in the documentation."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Known:
    """One class of failure that rules tell apart. `rule` is its permanent id (`B01`), `name` what
    it is called in a few words; `means` says what is wrong, `looks_at` from which fields, events or
    lines Kure knows, `fix` what to do. Sentences, in Markdown without links."""

    rule: str
    name: str
    means: str
    looks_at: str
    fix: str
