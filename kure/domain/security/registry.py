"""All checks by their ids, in the order of the ids. A module of checks registers its own when it is
imported; two of one id are an error then."""

from collections.abc import Callable, Iterable

from kure.domain.security.model import Check, Framework, Inspect, Severity

CHECKS: dict[str, Check] = {}


def check(
    id: str,
    title: str,
    severity: Severity,
    kinds: Iterable[str],
    *,
    fix: str,
    frameworks: Iterable[Framework] = (),
    needs: Iterable[str] = (),
    uses: Iterable[str] = (),
    on: bool = True,
) -> Callable[[Inspect], Inspect]:
    """Makes a check of a function over one object; what its docstring says is why it matters."""

    def register(inspect: Inspect) -> Inspect:
        if id in CHECKS:
            raise ValueError(f"Security check {id!r} is registered twice")
        CHECKS[id] = Check(
            id=id,
            title=title,
            severity=severity,
            kinds=frozenset(kinds),
            fix=fix,
            frameworks=tuple(frameworks),
            needs=frozenset(needs),
            uses=frozenset(uses),
            on=on,
            inspect=inspect,
        )
        return inspect

    return register
