"""Agents of single nodes as processes, each behind cables that can be cut."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from kure.adapters.cluster.credentials import Access
from kure.demo.program import Program
from tests.cluster.accounts import Account, sign_in
from tests.cluster.kube import Admin
from tests.kill.cable import Cable, cable_to
from tests.kill.stack import Stack


@dataclass
class NodeAgent:
    """One agent of scope `node`."""

    node: str
    process: Program
    to_api: Cable
    to_cluster: Cable

    async def start(self) -> None:
        await self.process.start()

    async def kill(self) -> None:
        """`kill -9`."""
        await self.process.kill()


@asynccontextmanager
async def agent_of(
    node: str, stack: Stack, admin: Admin, access: Access, home: str
) -> AsyncIterator[NodeAgent]:
    """Started; killed at the end. `home` is the namespace of the election."""
    folder = stack.data_dir / node
    folder.mkdir(exist_ok=True)
    async with (
        cable_to(stack.agents_url) as (to_api, api_url),
        cable_to(access.server) as (
            to_cluster,
            server,
        ),
    ):
        through = replace(access, server=server)
        kubeconfig = await sign_in(admin, through, Account.AGENT, folder)
        env = {name: value for name, value in os.environ.items() if name != "KUBECONFIG"} | {
            "KURE_AGENT_SCOPE": "node",
            "KURE_NODE_NAME": node,
            "KURE_POD_NAME": f"agent-{node}",
            "KURE_POD_NAMESPACE": home,
            "KURE_KUBECONFIG": str(kubeconfig),
            "KURE_DATA_DIR": str(folder),
            "KURE_API_URL": api_url,
            "KURE_SERVICE_TOKEN": (stack.data_dir / "agent-token").read_text().strip(),
        }
        process = Program("agent.main", folder / "agent.log", env, settle=0.1)
        agent = NodeAgent(node, process, to_api, to_cluster)
        await agent.start()
        try:
            yield agent
        finally:
            await agent.kill()


async def leads(stack: Stack, node: str) -> bool:
    """Whether this node's agent holds the Lease, as it has said lately."""
    said = "SELECT leads FROM agents WHERE node = $1 AND seen_at > now() - interval '15 s'"
    return bool(await stack.pool.fetchval(said, node))
