"""The Gateway API's kinds on the real cluster, without a controller: a test writes their status."""

import yaml

from tests.case_files import CASES
from tests.cluster.kube import PATHS, Admin


async def install(admin: Admin) -> None:
    """Make the kinds where they are missing, and wait until the API server serves them. They stay:
    other runs of the tests may be using them."""
    for kind in yaml.safe_load_all((CASES / "gateway_api.yaml").read_text()):
        await admin.apply(kind)
    for kind in ("Gateway", "HTTPRoute"):
        await admin.when_there(PATHS[kind].format("default"))
