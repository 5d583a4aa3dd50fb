"""The kinds of Cilium's, Calico's and Istio's policies on the real cluster, without who enforces
them."""

import yaml

from tests.case_files import CASES
from tests.cluster.kube import Admin


async def install(admin: Admin) -> None:
    """Make the kinds where they are missing, and wait until the API server serves them. They stay:
    other runs of the tests may be using them."""
    for kind in yaml.safe_load_all((CASES / "other_policies.yaml").read_text()):
        await admin.apply(kind)
        spec = kind["spec"]
        version = spec["versions"][0]["name"]
        await admin.when_there(f"/apis/{spec['group']}/{version}/{spec['names']['plural']}")
