"""Everything that Kure says of its cases, word for word, recorded in tests/cases/golden.

`make golden` (`python -m tests.golden --write`) records it anew after a change of the rules; the
difference shows what changed for whom, and is read before it is kept. Cases say what must be, this
says what is.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from difflib import unified_diff
from functools import partial
from pathlib import Path
from typing import Any

from kure.domain import manifests
from kure.domain.diagnosis.diagnose import diagnose, wanted
from kure.domain.diagnosis.facts import Facts, Log
from kure.domain.diagnosis.log_signals import signals_of
from kure.domain.diagnosis.model import Cause
from kure.domain.failures.detect import detect
from kure.domain.failures.model import Verdict
from kure.domain.failures.objects.detect import detect_object
from kure.domain.failures.objects.kinds import KINDS
from kure.domain.manifests import Manifest
from tests.case_files import CASES, files_of, read
from tests.unit import test_detect_rules, test_diagnosis, test_diagnosis_rules, test_objects
from tests.unit.test_diagnosis_logs import crashed as crashed_writing
from tests.unit.test_diagnosis_symptoms import facts as symptom_facts

RECORDED = CASES / "golden"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
MOST_LOOKS = 12

Case = dict[str, Any]
Answer = dict[str, Any]


def diagnosed(facts: Facts) -> Answer:
    """The diagnosis, and which lists its rules want to see."""
    found = diagnose(facts)
    wants = sorted(" ".join((w.kind, w.namespace, w.fields)).strip() for w in wanted(facts))
    causes = [told(cause) for cause in found.causes]
    unavailable = list(found.unavailable)
    return {"severity": found.severity, "causes": causes} | filled(
        wants=wants, unavailable=unavailable
    )


def told(cause: Cause) -> Answer:
    """A cause in few lines; what it has not is left out."""
    patch = cause.patch and asdict(cause.patch)
    if patch:
        patch["operations"] = lines(patch["operations"])
    return {
        "rule": f"{cause.rule} {cause.confidence} {cause.failure_class} {cause.container}".strip(),
        "title": cause.title,
        "explanation": cause.explanation,
        "evidence": [f"{e.source} {e.subject} {e.field}: {e.text}" for e in cause.evidence],
        "fix": cause.fix,
    } | filled(
        commands=list(cause.commands),
        patch=patch,
        blames=cause.blames and " ".join(vars(cause.blames).values()),
    )


def lines(found: Iterable[Any]) -> list[str]:
    return [str(each) for each in found]


def matches(found: Iterable[Answer]) -> list[str]:
    return [", ".join(f"{name} {value}" for name, value in each.items()) for each in found]


def filled(**fields: Any) -> Answer:
    return {name: value for name, value in fields.items() if value}


def detected(look: Callable[[datetime], Verdict], obj: Manifest) -> list[str]:
    """What is said of an object when it is made, and whenever it wants to be looked at again."""
    now: datetime | None = manifests.created_at(obj) or BEGINNING
    said: list[str] = []
    while now is not None and len(said) < MOST_LOOKS:
        verdict = look(now)
        failing = [f"{f.failure_class} {f.container}".strip() for f in verdict.failures]
        since = f"since {verdict.since:%d %X}" if verdict.since else ""
        asks = "wants events" if verdict.wants_events else ""
        words = (f"{now:%d %X}", verdict.health, ", ".join(failing), since, asks)
        said.append(" ".join(word for word in words if word))
        now = verdict.recheck_at
    return said


def of_pod(rule: str, case: Case) -> Answer:
    pod, events, unseen = case["pod"], case.get("events", []), case | {"events": None}
    return {
        "matches": matches(test_detect_rules.found_by(rule, case)),
        "matches without events": matches(test_detect_rules.found_by(rule, unseen)),
        "verdicts": detected(partial(detect, pod, events), pod),
        "verdicts without events": detected(partial(detect, pod, None), pod),
    }


def of_object(case: Case) -> Answer:
    kind, obj, near = KINDS[case["kind"]], case["object"], test_objects.around(case)
    kept = test_objects.around(case, kept=True)
    return {
        "kept": lines([kind.keep(obj)]),
        "kept neighbours": {k: lines(found) for k, found in kept.neighbours.items()},
        "matches": matches(test_objects.found_in(case, obj, near)),
        "well": kind.well(obj, near),
        "verdicts": detected(partial(detect_object, kind, obj, near), obj),
    }


def of_signals(case: Case) -> Answer:
    return {"tells": lines(map(asdict, signals_of(Log("app", "previous", case["log"]))))}


def answers(file: str) -> Iterator[tuple[str, Answer]]:
    """The answer to each case of a file, by the name of the case."""
    folder, stem = str(Path(file).parent), Path(file).stem
    for case in read(file):
        if folder.startswith("diagnosis/rules"):
            yield case["name"], diagnosed(test_diagnosis_rules.facts_of(case))
        elif folder == "failures":
            yield case["name"], of_pod(stem, case)
        elif folder == "objects":
            yield case["name"], of_object(case)
        elif stem == "log_words":
            for log in read(file)[case]:
                yield log, diagnosed(crashed_writing(log + "\n"))
        elif stem in test_diagnosis.WHOLE:
            yield case["name"], diagnosed(test_diagnosis.facts_of(case))
        elif stem in OTHERS:
            yield case.get("name") or case.get("message") or str(case), OTHERS[stem](case)


OTHERS: dict[str, Callable[[Case], Answer]] = {
    "crash_words": lambda case: diagnosed(test_diagnosis.crashed(case)),
    "image_messages": lambda case: diagnosed(test_diagnosis.unpulled(case)),
    "log_signals": of_signals,
    "scheduling_messages": lambda case: diagnosed(test_diagnosis.unplaced(case)),
    "symptoms": lambda case: diagnosed(symptom_facts(case)),
}


def text_of(file: str) -> str:
    """What stands, or should stand, in the recording of a file of cases."""
    found: dict[str, Answer] = {}
    seen: Counter[str] = Counter()
    for name, answer in answers(file):
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = answer
    return json.dumps(found, indent=1, ensure_ascii=False, default=str) + "\n" if found else ""


def recording_of(file: str) -> Path:
    return RECORDED / Path(file).with_suffix(".json")


def files() -> list[str]:
    """The files of cases whose answers are recorded."""
    named = {f"diagnosis/{stem}.yaml" for stem in (*test_diagnosis.WHOLE, *OTHERS, "log_words")}
    return sorted(
        {*named, *files_of("diagnosis/rules"), *files_of("failures"), *files_of("objects")}
    )


def difference(file: str) -> str:
    """How the answers differ from what is recorded, as `diff -u` shows it; '' where they do not."""
    recording = recording_of(file)
    old, new = recording.read_text() if recording.exists() else "", text_of(file)
    if old == new:
        return ""
    before, after = old.splitlines(), new.splitlines()
    return "\n".join(unified_diff(before, after, f"recorded: {file}", f"now: {file}", lineterm=""))


def write() -> None:
    for file in files():
        recording_of(file).parent.mkdir(parents=True, exist_ok=True)
        recording_of(file).write_text(text_of(file))
    wanted_files = {recording_of(file) for file in files()}
    for left in {*RECORDED.glob("**/*.json")} - wanted_files:
        left.unlink()


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    found = "\n".join(filter(None, map(difference, files())))
    sys.stderr.write(found)
    sys.exit(bool(found))
