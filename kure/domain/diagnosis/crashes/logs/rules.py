"""Which rules are asked what one line of a log means, the most specific first."""

from kure.domain.diagnosis.crashes.logs import (
    disk,
    files,
    memory,
    modules,
    parse,
    permissions,
    ports,
    process,
    schema,
    settings,
    usage,
)
from kure.domain.diagnosis.dependencies.rules import dependency_line, dependency_wants
from kure.domain.diagnosis.group import Wants
from kure.domain.diagnosis.log_signals import LineRule

# What the operating system or the runtime says in words of its own.
OF_THE_SYSTEM: tuple[LineRule, ...] = (
    process.RULE,
    memory.RULE,
    disk.RULE,
    ports.RULE,
    modules.RULE,
    usage.COMMANDS,
    permissions.RULE,
)
# What names a variable or a path.
OF_NAMES: tuple[LineRule, ...] = (settings.RULE, files.RULE)
# What is said of other programs, on which it depends.
OF_OTHERS: tuple[LineRule, ...] = (dependency_line,)
# What programs say of their settings, in many words.
OF_SETTINGS: tuple[LineRule, ...] = (schema.RULE, parse.RULE)
# What could be said of much.
OF_THE_REST: tuple[LineRule, ...] = (schema.RATES, usage.RULE)

LINE_RULES: tuple[LineRule, ...] = (
    *OF_THE_SYSTEM,
    *OF_NAMES,
    *OF_OTHERS,
    *OF_SETTINGS,
    *OF_THE_REST,
)
WANTS: tuple[Wants, ...] = (
    dependency_wants,
    disk.WANTS,
    ports.WANTS,
    settings.WANTS,
    files.WANTS,
)
