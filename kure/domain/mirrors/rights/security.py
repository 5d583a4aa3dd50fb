"""Security contexts: what holds for each container, compared with what holds in the original.

A container's own field overrides its pod's, so that leaving one out may be an escalation.
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from collections.abc import Iterator
from typing import Any

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.rights.pairs import Pair, pairs
from kure.domain.mirrors.rights.words import NO_MORE, more, shown

CONTEXT = "securityContext"


def more_security(original: Manifest, wanted: Manifest) -> Iterator[str]:
    """One sentence for each field by which the wanted pod may do more."""
    before, after = _context(manifests.spec(original)), _context(manifests.spec(wanted))
    yield from _of_groups(before, after)
    # A pod that has no container in common with its original is refused elsewhere.
    for pair in pairs(original, wanted):
        old, new = Holding(before, pair.before), Holding(after, pair.after)
        path = f"{pair.path}.{CONTEXT}"
        yield from _of_switches(path, pair)
        yield from _of_capabilities(path, pair)
        yield from _of_user(path, old, new)
        yield from _of_profiles(path, old, new)


class Holding:
    """What holds for a container: its own fields before its pod's."""

    def __init__(self, pod: Manifest, container: Manifest) -> None:
        self.pod, self.own = pod, _context(container)

    def __getitem__(self, key: str) -> Any:
        own = self.own.get(key)
        return self.pod.get(key) if own is None else own

    def merged(self, key: str) -> Manifest:
        """Where not the whole is overridden but each field of it."""
        both = manifests.mapping(self.pod.get(key)) | manifests.mapping(self.own.get(key))
        return {name: value for name, value in both.items() if value is not None}

    @property
    def never_root(self) -> bool:
        """Whether the kubelet makes sure that it does not run as root."""
        user = self["runAsUser"]
        return self["runAsNonRoot"] is True or (_is_id(user) and user != 0)


def _context(holder: Manifest) -> Manifest:
    return manifests.mapping(holder.get(CONTEXT))


def _of_switches(path: str, pair: Pair) -> Iterator[str]:
    before, after = _context(pair.before), _context(pair.after)
    for key, safe in (("privileged", (None, False)), ("procMount", (None, "Default"))):
        if after.get(key) not in (*safe, before.get(key)):
            yield more(f"{path}.{key}", after[key], before.get(key))
    for key, strict in (("allowPrivilegeEscalation", False), ("readOnlyRootFilesystem", True)):
        if before.get(key) is strict and after.get(key) is not strict:
            yield more(f"{path}.{key}", after.get(key), strict)


def _of_capabilities(path: str, pair: Pair) -> Iterator[str]:
    """Names are compared as the runtime does: in capitals, without CAP_. A set that is added to the
    runtime's own, of which nothing is known, so that only what the original adds may be added."""
    before, after = (
        manifests.mapping(_context(each).get("capabilities")) for each in (pair.before, pair.after)
    )
    added = _names(after.get("add")) - _names(before.get("add"))
    if added and "ALL" not in _names(before.get("add")):
        yield (
            f"{path}.capabilities.add has {_listed(added)}, which the original does not add: "
            f"{NO_MORE}; take it out."
        )
    dropped = _names(after.get("drop"))
    lacking = _names(before.get("drop")) - dropped
    if lacking and "ALL" not in dropped:
        yield (
            f"{path}.capabilities.drop is without {_listed(lacking)}, which the original drops: "
            f"{NO_MORE}; drop it too."
        )


def _names(value: object) -> set[str]:
    found = value if isinstance(value, list) else [] if value is None else [value]
    return {str(each).upper().removeprefix("CAP_") for each in found}


def _listed(names: set[str]) -> str:
    return ", ".join(shown(name) for name in sorted(names))


def _of_user(path: str, old: Holding, new: Holding) -> Iterator[str]:
    """Another user that is not root has no more rights: whose files it may read is decided by the
    volumes, which are the original's."""
    user, before = new["runAsUser"], old["runAsUser"]
    if user != before and user is not None and (not _is_id(user) or user == 0):
        do = "name a user other than root" if _is_id(user) else "write a number"
        yield more(f"{path}.runAsUser", user, before, do)
    elif old.never_root and not new.never_root:
        yield (
            f"{path}.runAsNonRoot is {shown(new['runAsNonRoot'])} and runAsUser is {shown(user)}, "
            f"while the original never runs as root: {NO_MORE}; leave them as the original has "
            "them."
        )
    group, before = new["runAsGroup"], old["runAsGroup"]
    # Without a group it is the image's, which is root's for most.
    if (
        group != before
        and (not _is_id(group) or group == 0)
        and not (group is None and before == 0)
    ):
        yield more(f"{path}.runAsGroup", group, before)


def _of_profiles(path: str, old: Holding, new: Holding) -> Iterator[str]:
    for key in ("seccompProfile", "appArmorProfile"):
        before, after = old[key], new[key]
        if after != before and not _confines(before, after):
            is_, was = (manifests.mapping(each).get("type") for each in (after, before))
            yield more(f"{path}.{key}.type", is_, was)
    before, after = old["seLinuxOptions"], new["seLinuxOptions"]
    if after is not None and after != before:
        yield more(f"{path}.seLinuxOptions", after, before)
    was, is_ = old.merged("windowsOptions"), new.merged("windowsOptions")
    for key in dict.fromkeys([*was, *is_]):
        if was.get(key) != is_.get(key):
            yield more(f"{path}.windowsOptions.{key}", is_.get(key), was.get(key))


def _confines(before: Any, after: Any) -> bool:
    """Whether a profile is certainly no laxer. What one of the node's (Localhost) allows is not
    known; none at all may be RuntimeDefault, as the kubelet is set."""
    was, is_ = manifests.mapping(before).get("type"), manifests.mapping(after).get("type")
    if is_ == "RuntimeDefault":
        return was in (None, "Unconfined", "RuntimeDefault")
    return after is None and was == "Unconfined"


def _of_groups(before: Manifest, after: Manifest) -> Iterator[str]:
    group = after.get("fsGroup")
    if group not in (None, before.get("fsGroup")) and (not _is_id(group) or group == 0):
        yield more(f"spec.{CONTEXT}.fsGroup", group, before.get("fsGroup"))
    groups, had = after.get("supplementalGroups"), before.get("supplementalGroups")
    if groups is not None and groups != had:
        old = had if isinstance(had, list) else []
        for each in groups if isinstance(groups, list) else [groups]:
            if each not in old and (not _is_id(each) or each == 0):
                do = "take it out"
                yield more(f"spec.{CONTEXT}.supplementalGroups", each, had, do)
    key = "supplementalGroupsPolicy"
    if before.get(key) == "Strict" and after.get(key) != "Strict":
        yield more(f"spec.{CONTEXT}.{key}", after.get(key), "Strict")


def _is_id(value: Any) -> bool:
    return manifests.number(value) is not None
