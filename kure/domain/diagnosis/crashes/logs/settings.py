"""A variable of the environment that the program needs and does not have: C13."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.crashes.logs import spec
from kure.domain.diagnosis.crashes.logs.files import keys
from kure.domain.diagnosis.crashes.logs.row import Detail, Groups, LogRow, reads, wants_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.log_signals import Signal
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.nearby import Want, nearest
from kure.domain.manifests import Manifest

# A name of a variable; without the word "environment" beside it, one with an underscore.
NAME = r"(?-i:[A-Z][A-Z0-9_]{2,80})"
UNDERSCORED = r"(?-i:[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,60})"
LACKS = (
    r"(?:is |are |was |were |has |must |be |been |to )?(?:be |been )?(?:not (?:be )?(?:set"
    r"|defined|found|"
    r"provided|specified|present|configured|given|exist|empty)|un(?:set|defined|bound)|missing"
    r"|required"
    r"|empty|blank|set(?! to)|defined|provided|specified|configured|does not exist|doesn't exist"
    r"|needed"
    r"|parameter (?:null or )?not set|variable not set|unbound variable)"
)
# Words in capitals that name an error, not a variable.
NO_VARIABLE = re.compile(
    r"^(?:ERR_|E[A-Z]{3,}$|SSL_|CERT_)|_(?:FOUND|ERROR|EXPIRED|FAILED|EXCEPTION|REFUSED|ERR)$"
)


def _missing(case: Case, signal: Signal, groups: Groups) -> Detail | None:
    name = groups["name"].upper() if groups.get("name") else ""
    if not name or NO_VARIABLE.search(name):
        return None
    values = {"name": name}
    given = [(i, v) for i, v in enumerate(spec.variables(case)) if v.get("name") == name]
    found = _given(case, *given[-1]) if given else _not_given(case, name)
    return Detail(
        says=found.says,
        fix=found.fix,
        evidence=found.evidence,
        patch=found.patch,
        values=values,
        commands=found.commands,
    )


def _given(case: Case, index: int, variable: Manifest) -> Detail:
    """The variable is in the spec: empty, or from where nothing came."""
    name = manifests.text(variable.get("name"))
    field = f"{case.spec_path}.env[{index}]"
    source = manifests.mapping(variable.get("valueFrom"))
    for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        ref = manifests.mapping(source.get(key))
        if ref:
            told = f'key "{ref.get("key")}" of {kind} "{ref.get("name")}"'
            optional = " (optional, so that it may be missing)" if ref.get("optional") else ""
            return Detail(
                says=f"The container takes {name} from {told}{optional}.",
                fix=f"See that {told} exists and has a value.",
                evidence=(case.from_pod(f"{field}.valueFrom.{key}", told + optional),),
            )
    value = manifests.text(variable.get("value"))
    if source or value.strip():
        return Detail(
            says=f"The container does have {name} in its env: the program may want another value, "
            "or does not pass it on to the process that needs it.",
            evidence=(case.from_pod(field, name),),
        )
    return Detail(
        says=f"The container sets {name} to nothing.",
        fix=f"Give {name} a value in the env of container \"{case.failure.container}\".",
        evidence=(case.from_pod(field, f'{name}: ""'),),
    )  # fmt: skip


def _not_given(case: Case, name: str) -> Detail:
    named = [manifests.text(variable.get("name")) for variable in spec.variables(case)]
    whole = list(_from_whole(case))
    says = f"Neither env nor envFrom of the container sets {name}."
    if not whole and not named:
        says = f"The container has no env and no envFrom: nothing sets {name}."
    elif not whole:
        says = f"No variable in the container's env is called {name}."
    near = nearest(name, named)
    if near:
        return _near_name(case, name, near, named.index(near), says)
    for told, known in whole:
        if near := nearest(name, known):
            return Detail(
                says=f'{says} {told} has "{near}": is it meant?',
                evidence=(case.from_pod(f"{case.spec_path}.envFrom", told),),
                fix=f'Name the key "{name}" in {told}, or set {name} in the container\'s env.',
            )
    return _offered(case, name, says)


def _near_name(case: Case, name: str, near: str, index: int, says: str) -> Detail:
    steps = spec.put(case, ("env", index, "name"), name)
    return Detail(
        says=f'{says} "{near}" is there: is it meant?',
        fix=f"Call the variable {name} instead of {near}, if that is what it is for.",
        evidence=(case.from_pod(f"{case.spec_path}.env[{index}].name", near),),
        patch=case.template.patch(*steps) if case.template and steps else None,
    )


def _from_whole(case: Case) -> Iterator[tuple[str, list[str]]]:
    """What envFrom takes, and which variables come of it where that was read."""
    for source in manifests.mappings(spec.spec_of(case).get("envFrom")):
        prefix = manifests.text(source.get("prefix"))
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            name = manifests.text(manifests.mapping(source.get(key)).get("name"))
            if name:
                found = case.facts.nearby.named(case.want(kind), name)
                yield f'{kind} "{name}"', [f"{prefix}{k}" for k in keys(found or {})]


def _offered(case: Case, name: str, says: str) -> Detail:
    """Where else such a variable is: another container of the pod, a ConfigMap that nobody asks."""
    own = case.failure.container
    fix = f'Set {name} in the env of container "{own}", or in what its envFrom takes.'
    for container, entry, field in _others(case):
        if entry.get("name") == name:
            return Detail(
                says=f'{says} Container "{container}" of the same pod has it.',
                fix=fix,
                evidence=(case.from_pod(field, name),),
                patch=_added(case, entry),
            )
    holders = [
        manifests.name(config_map)
        for config_map in case.facts.nearby.read(case.want("ConfigMap")) or ()
        if name in manifests.mapping(config_map.get("data"))
    ]
    if not holders:
        return Detail(says=says, fix=fix)
    told = ", ".join(f'"{holder}"' for holder in holders)
    ref = {"name": holders[0], "key": name}
    entry = {"name": name, "valueFrom": {"configMapKeyRef": ref}}
    return Detail(
        says=f"{says} ConfigMap {told} has such a key, and the container does not take it.",
        fix=f"Take {name} from ConfigMap {told} (env.valueFrom.configMapKeyRef or envFrom).",
        evidence=tuple(
            EvidenceLine("object", f"ConfigMap/{holder}", f"data.{name}", name)
            for holder in holders
        ),
        patch=_added(case, entry) if len(holders) == 1 else None,
    )  # fmt: skip


def _others(case: Case) -> Iterator[tuple[str, Manifest, str]]:
    for field in ("containers", "initContainers"):
        for index, each in enumerate(manifests.mappings(manifests.spec(case.pod).get(field))):
            for at, entry in enumerate(manifests.mappings(each.get("env"))):
                yield manifests.text(each.get("name")), entry, f"spec.{field}[{index}].env[{at}]"


def _added(case: Case, entry: Manifest) -> Patch | None:
    present = spec.own_spec(case).get("env")
    steps = spec.put(case, ("env",), [*(present if isinstance(present, list) else []), entry])
    return case.template.patch(*steps) if case.template and steps else None


def _wants(case: Case, groups: Groups) -> Iterator[Want]:
    yield case.want("ConfigMap")


def _listed(case: Case, signal: Signal, groups: Groups) -> Detail | None:
    """The name stands in one of the lines below."""
    for line in signal.below:
        found = re.search(UNDERSCORED, line)
        if found:
            return _missing(case, signal, {"name": found[0]})
    return None


def _validation(case: Case, signal: Signal, groups: Groups) -> Detail | None:
    """pydantic names the field, then on the next line that it is required."""
    for field, says in zip(signal.below, signal.below[1:], strict=False):
        if "Field required" in says or "field required" in says:
            name = field.strip()
            if re.fullmatch(r"\w{3,80}", name):
                return _missing(case, signal, {"name": name.upper()})
    return None


LISTED = LogRow(
    rule="C13",
    hints=("password is not specified", "password option is not specified", "variables"),
    pattern=r"password (?:option )?is not specified|(?:missing|required|following)[^:\n]{0,60}"
    r"environment variables?[^:\n]{0,40}:?\s*$",
    title="{container} needs the variable {name}, which is not set",
    explanation="The program reads it from its environment when it starts.",
    fix="Set {name} in the container's env.",
    detail=_listed,
    wants=_wants,
)
VALIDATION = LogRow(
    rule="C13",
    hints=("validation error",),
    pattern=r"validation errors? for (?P<model>\w{0,60}(?:settings|config|env)\w{0,40})",
    title="{container} needs the variable {name}, which is not set",
    explanation="The settings of the program ({model}) require it, and read it from its "
    "environment.",
    fix="Set {name} in the container's env.",
    detail=_validation,
    wants=_wants,
)
VARIABLE = LogRow(
    rule="C13",
    hints=("key", "env", "set", "required", "missing", "defined", "unbound", "must", "empty",
           "not found", "placeholder", "value", "exist", "provided", "specified", "need"),
    pattern=rf"KeyError: ['\"](?P<name>{NAME})['\"]|key not found: ['\"](?P<name2>{NAME})['\"]"
    rf"|(?:missing|required|undefined|unset|no|need|lacks?|set|define|provide|specify|expected"
    rf"|find|read"
    rf"|get|load|invalid)(?: the| a| required| mandatory| following| value for){{0,2}}"
    rf" (?:env(?:ironment)?(?:[ _-]?var(?:iable)?s?)?|setting|config(?:uration)?(?: value| key)?"
    rf"|variables?|key|secret)(?: is| named| called)?:? ?[\"'`\[{{(<$]{{0,3}}(?P<name3>{NAME})"
    rf"|(?:env(?:ironment)?[ _-]?var(?:iable)?s?|environment) ?[\"'`(\[$<:]{{0,3}}(?P<name4>{NAME})"
    rf"[\"'`)\]>]{{0,2}},? {LACKS}"
    rf"|(?P<name5>{NAME})[\"'`)\]>]{{0,2}} (?:env(?:ironment)?[ _-]?)(?:var(?:iable)?)? ?{LACKS}"
    rf"|(?<![\w/.-])(?P<name6>{UNDERSCORED})[\"'`)\]>]{{0,2}}[,:]? {LACKS}"
    rf"|(?:missing|required|undefined|unset|must set|please set|must define|must provide"
    rf"|must specify"
    rf"|need to set|required key|set either|no value for)[: ]{{1,2}}(?:the )?[\"'`\[$<(]{{0,3}}"
    rf"(?P<name7>{UNDERSCORED})"
    rf"|\bset (?:the )?[\"'`$]{{0,2}}(?P<name11>{NAME})[\"'`]{{0,2}} env(?:ironment)? var"
    rf"|could not resolve placeholder '(?P<name8>{NAME})'"
    rf"|(?:^|: )(?P<name9>{NAME}): (?:unbound variable|parameter (?:null or )?not set|must be set)"
    rf"|(?<![\w/.-])(?P<name10>(?-i:(?!HTTP|JSON|YAML|ERROR|FATAL|CONFIG|FILE|USER\b"
    rf"|ERR)[A-Z][A-Z0-9]"
    rf"{{2,40}}))[\"'`)\]>]{{0,2}} (?:is not set|is unset|must be set|not set|is not defined)\b",
    title="{container} needs the variable {name}, which is not set",
    explanation="The program reads it from its environment when it starts.",
    fix="Set {name} in the container's env.",
    detail=_missing,
    wants=_wants,
)  # fmt: skip

RULE = reads(LISTED, VALIDATION, VARIABLE)
WANTS = wants_of(LISTED, VALIDATION, VARIABLE)
