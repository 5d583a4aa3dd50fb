"""The settings that the live cases are played with."""

from pathlib import Path

import pytest

from kure.settings import Settings
from tests.cluster.accounts import Account


@pytest.fixture(scope="module")
def agent_settings(
    accounts: dict[Account, Path], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """The agent's own account, for all cases of a file."""
    return Settings(kubeconfig=accounts[Account.AGENT], data_dir=tmp_path_factory.mktemp("agent"))
