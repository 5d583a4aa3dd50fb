"""A database that is not as the program expects it (C32), a service that wants fewer requests
(C33)."""

from kure.domain.diagnosis.crashes.logs.row import LogRow, reads

SCHEMA = LogRow(
    rule="C32",
    hints=("relation", "table", "column", "migration", "schema", "dirty", "revision"),
    pattern=r"relation \"?(?P<object>[\w.]{1,120})\"? does not exist|no such (?:table|column): "
    r"(?P<object2>[\w.]{1,120})|table ['\"`]?(?P<object3>[\w.]{1,120})['\"`]? (?:doesn't"
    r"|does not) exist"
    r"|unknown column '(?P<object4>[\w.]{1,120})'"
    r"|column \"?(?P<object5>[\w.]{1,120})\"? does not exist"
    r"|migrat\w{1,6}\b.{0,120}(?:fail|pending|not (?:been )?applied|unapplied|checksum|mismatch"
    r"|dirty)"
    r"|(?:fail\w{0,4}|error|could not|unable|cannot)\b.{0,60}\bmigrat|(?:pending|unapplied"
    r"|missing) migrat"
    r"|dirty database version|can't locate revision|schema.{0,60}(?:out of date|mismatch"
    r"|not up to date"
    r"|version .{0,30}(?:expected|required)|does not match)",
    title="{container} finds another database schema than it needs: {what}",
    explanation="What the program expects in its database is not there, or a migration did not "
    "run to its end.",
    fix="Run the migrations of this version (see the Job or init container that does it), or "
    "deploy the version that fits the schema.",
)
RATE = LogRow(
    rule="C33",
    hints=(
        "429",
        "rate",
        "quota",
        "throttl",
        "too many requests",
        "resource_exhausted",
        "slowdown",
    ),
    pattern=r"\b429\b.{0,40}(?:too many|rate|quota|limit)|(?:status|code|error|http\S{0,5})\W{0,3}"
    r"(?:code\W{0,3})?429\b|too many requests|rate[- ]?limit(?:ed|s)?\b(?: exceeded| reached"
    r"| error)?"
    r"|quota (?:has been )?exceeded|exceeded .{0,40}\bquota\b|\bRESOURCE_EXHAUSTED\b"
    r"|Throttl(?:ing|ed)(?:Exception)?|RequestLimitExceeded",
    title="{container} is refused by a service because it asks too often: {what}",
    explanation="The service that it calls limits the number of requests, and the program ends "
    "instead of waiting.",
    fix="Let the program wait and try again with growing pauses, ask less often (fewer replicas "
    "that start at once, a cache), or raise the quota at the service.",
)

RULE = reads(SCHEMA)
RATES = reads(RATE)
