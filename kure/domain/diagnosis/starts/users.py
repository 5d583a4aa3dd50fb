"""Which user a container is to run as: patches for B04, B05 and B16."""

from collections.abc import Mapping

from kure.domain import manifests
from kure.domain.diagnosis.aid import NO_AID, Aid, in_template
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.images.reference import parse_image

# The numbers that images of wide use give to their users.
KNOWN_USERS = {
    "nginx": 101,
    "node": 1000,
    "postgres": 999,
    "redis": 999,
    "mysql": 999,
    "mongodb": 999,
    "www-data": 33,
    "grafana": 472,
    "elasticsearch": 1000,
    "jenkins": 1000,
    "nobody": 65534,
    "nonroot": 65532,
}
ANYONE = 1000
# Images that start as root and become another user themselves: as another they fail.
STARTS_AS_ROOT = {"docker.io/library/nginx", "docker.io/library/httpd"}
UNPRIVILEGED = "The image nginxinc/nginx-unprivileged is the same for other users than root."
NOTE = "The image must allow it: what it reads and writes has to be so for that user."


def run_as_user(case: Case, values: Mapping[str, str]) -> Aid:
    """Sets runAsUser to the number of the image's user where that is known, else to 1000."""
    now = in_template(case)
    image = parse_image(values["image"]).repository
    if now is None:
        return NO_AID
    if image in STARTS_AS_ROOT:
        return Aid(UNPRIVILEGED if image.endswith("nginx") else "")
    user = KNOWN_USERS.get(values.get("user", ""), ANYONE)
    own = manifests.mapping(now.spec.get("securityContext")).get("runAsUser")
    of_pod = "non-root policy" in values["message"] and own is None
    place = ("spec",) if of_pod else now.place
    steps = now.template.put((*place, "securityContext", "runAsUser"), user)
    return Aid(patch=now.template.patch(*steps, note=NOTE))
