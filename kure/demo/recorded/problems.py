"""Refusals, in the API server's own form.

https://github.com/kubernetes/apimachinery/blob/master/pkg/api/errors/errors.go
"""

from kure.domain.manifests import Manifest


class Refused(Exception):
    """What is answered instead: an HTTP status, Kubernetes' reason for it, and a message."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status: Manifest = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": code,
        }


def not_found(plural: str, name: str) -> Refused:
    return Refused(404, "NotFound", f'{plural} "{name}" not found')


def no_such_resource() -> Refused:
    return Refused(404, "NotFound", "the server could not find the requested resource")


def expired(version: str) -> Refused:
    return Refused(410, "Expired", f"too old resource version: {version}")


def only_played(what: str) -> Refused:
    """For writes that a recording cannot follow."""
    return Refused(
        403,
        "Forbidden",
        f"{what}: this cluster is a recording; pods and leases can be created in it, and only "
        "those can be changed or deleted",
    )
