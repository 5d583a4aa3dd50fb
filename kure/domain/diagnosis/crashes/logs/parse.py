"""A setting that the program cannot read: C15."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.crashes.logs import spec
from kure.domain.diagnosis.crashes.logs.paths import path_in
from kure.domain.diagnosis.crashes.logs.row import Detail, Groups, LogRow, reads
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Place
from kure.domain.diagnosis.log_signals import Signal


def _file(case: Case, signal: Signal, groups: Groups) -> Detail:
    """The file that it names, else the one volume that a configuration could come from."""
    path = path_in(signal)
    mount = spec.mount_of(case, path) if path else None
    if mount is None and not path:
        given = [m for m in spec.mounts(case) if m.kind in ("configMap", "secret")]
        given = [m for m in given if "serviceaccount" not in m.path]
        mount = given[0] if len(given) == 1 else None
    if mount is None:
        return Detail(says=f"The file is {path}." if path else "")
    where = f"{path} is in {mount.told}." if path else f"{mount.path} is {mount.told}."
    look = f"kubectl get configmap {mount.source_name} -n {case.namespace} -o yaml"
    return Detail(
        says=where,
        fix=f"Correct what the message names in {mount.told}.",
        evidence=(mount.evidence(case),),
        commands=(look,) if mount.kind == "configMap" and mount.source_name else (),
    )


def _value(case: Case, signal: Signal, groups: Groups) -> Detail | None:
    """Which variable or argument has the value that cannot be read."""
    value = groups.get("value", "")
    found = list(_holding(case, value)) if value else []
    if len(found) != 1:
        return Detail(values={"value": value}) if value else None
    place, name = found[0]
    field = spec.field_of(case, place)
    return Detail(
        says=f"{name} has that value.",
        fix=f"Give {name} a value that the program can read.",
        evidence=(case.from_pod(field, value),),
        values={"value": value},
    )


def _holding(case: Case, value: str) -> Iterator[tuple[Place, str]]:
    for index, variable in enumerate(spec.variables(case)):
        if variable.get("value") == value:
            yield ("env", index, "value"), f"The variable {manifests.text(variable.get('name'))}"
    for place, word in spec.words(case):
        if re.fullmatch(rf"(?:-{{1,2}}[\w-]{{1,60}}=)?{re.escape(value)}", word):
            yield place, f'The argument "{word}"'


VALUE = LogRow(
    rule="C15",
    hints=("invalid literal", "parsing", "could not convert", "numberformat", "invalid value",
           "not a valid", "isn't a valid", "is not valid"),
    pattern=r"invalid literal for int\(\) with base \d{1,2}: ['\"](?P<value>[^'\"\n]{0,200})['\"]"
    r"|could not convert string to \w{1,10}: ['\"](?P<value2>[^'\"\n]{0,200})['\"]"
    r"|(?:strconv\.\w{1,20}|time): (?:parsing|invalid duration) \"?(?P<value3>[^\"\n]{1,200})\""
    r"|NumberFormatException: For input string: \"(?P<value4>[^\"\n]{0,200})\""
    r"|invalid value [\"'`](?P<value5>[^\"'`\n]{1,200})[\"'`]"
    r"|[\"'`](?P<value6>[^\"'`\n]{1,200})[\"'`] is(?: not|n't) (?:a )?valid\b",
    title='{container} cannot read the value "{value}"',
    explanation="A setting has a value of another kind than the program expects.",
    fix="Correct the setting that has this value.",
    detail=_value,
)  # fmt: skip
NGINX = LogRow(
    rule="C15",
    hints=("[emerg]", "ah00526", "syntax error on line", "[alert]", "perhaps misspelled"),
    pattern=r"\[emerg\].{0,600}? in /\S{1,300}:\d|AH00526"
    r"|invalid command '[^']{1,80}', perhaps misspelled|syntax error on line \d{1,9} of /",
    title="{container} cannot use its configuration: {what}",
    explanation="The server checks its configuration before it starts and refuses it.",
    fix="Correct what the message names, at the file and line that it names.",
    detail=_file,
)
FILE = LogRow(
    rule="C15",
    hints=("pars", "yaml", "json", "toml", "unmarshal", "decod", "config", "scannererror", "xml",
           "unexpected token", "unknown directive", "syntax", "invalid character", "ini"),
    pattern=r"\byaml: (?:line \d|unmarshal|did not|control|invalid|mapping|found|unknown|could not)"
    r"|(?:Scanner|Parser|Composer|Constructor|JSONDecode|TOMLDecode|YAML\w{0,10}|(?:Missing"
    r"|Duplicate)\w{1,10}"
    r"|Json\w{0,10}|XML\w{0,10}|SAX\w{0,5}|Config\w{0,12}Pars\w{0,4})(?:Error|Exception)\b"
    r"|in JSON at position|can ?not unmarshal|invalid character .{1,12} (?:looking for|after"
    r"|in string|in literal)"
    r"|unexpected end of JSON input|unexpected token .{1,40}(?:JSON|position)|is not valid JSON"
    r"|expecting (?:value|property name|',' delimiter).{0,20}: line \d"
    r"|(?:fail\w{0,4}|error|unable|could not|cannot|can't|problem)(?: to| in| while| when| on)? "
    r"(?:pars\w{1,4}|decod\w{1,4}|read\w{0,4}|load\w{0,4}|process\w{0,4})(?: the"
    r"| a)? ?[\w./-]{0,80} ?"
    r"(?:config\w{0,12}|yaml|json|toml|xml|settings|properties|\S{1,200}\.(?:ya?ml|json|toml|ini"
    r"|conf|cfg|xml|properties))\b"
    r"|(?:invalid|bad|malformed|broken|illegal) (?:[\w.-]{1,30} )?(?:config\w{0,12}|yaml|json"
    r"|toml|xml)\b"
    r"|config\w{0,12}(?: file)? (?:\S{1,200} )?(?:is |was )?(?:invalid|malformed|error\b"
    r"|not valid|could not be (?:read|parsed|loaded))"
    r"|toml: |mapping values are not allowed|found character '\\t' that cannot start"
    r"|unknown (?:directive|config\w{0,12} (?:key|option|parameter|directive))"
    r"|unrecognized configuration parameter|syntax error in file|parse error\b.{0,100}(?:line"
    r"|column|/)",
    title="{container} cannot read its configuration: {what}",
    explanation="The program could not make sense of its configuration and ended.",
    fix="Correct the configuration at the place that the message names.",
    detail=_file,
)  # fmt: skip

RULE = reads(VALUE, NGINX, FILE)
