"""The command `kure mcp`."""

from kure.settings import load


def mcp() -> None:
    """Serve incidents, evidence, diagnoses and runs to a model's client: read-only tools of the
    Model Context Protocol, over stdin and stdout. The client starts it.

    It asks KURE_API_URL with the token in the data folder: what that user may not see, it does not
    show."""
    # The SDK takes as long to import as all the rest; no other command waits for it.
    from kure.operating.mcp_server import server

    server(load()).run("stdio")
