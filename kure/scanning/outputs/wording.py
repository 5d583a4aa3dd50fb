"""How objects and places are named, alike in all outputs."""

from kure.scanning.report import Earlier, Finding, NotEvaluated, ObjectView


def named(of: ObjectView) -> str:
    """`Deployment shop/cart`."""
    return f"{of.kind} {of.namespace}/{of.name}" if of.namespace else f"{of.kind} {of.name}"


def placed(finding: Finding) -> str:
    """`deploy/cart.yaml:12`, '' where it stands in no file."""
    at = finding.location
    return f"{at.file}:{at.line}" if at else ""


def gone(earlier: Earlier) -> str:
    return f"{earlier.check} {named(earlier.object)} {earlier.path}"


def lacking(each: NotEvaluated) -> str:
    """Why a check says nothing, or less."""
    how = "evaluated without" if each.partly else "not evaluated, as it was not read"
    return f"{how}: {', '.join(each.missing)}"
