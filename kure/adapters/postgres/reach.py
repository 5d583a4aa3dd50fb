"""Of whose objects a reporter may speak: every node's, or those of one node and, where it leads,
of none."""

from dataclasses import dataclass

from kure.errors import AccessDenied


@dataclass(frozen=True)
class Reach:
    """`node` is None for a reporter that is bound to no node; `rest` says whether it may speak of
    what belongs to no node."""

    node: str | None = None
    rest: bool = True

    def covers(self, node: str) -> bool:
        """Whether an object on this node, '' for none, is within reach."""
        return self.node is None or node == self.node or (not node and self.rest)

    def check(self, node: str) -> None:
        """AccessDenied where an object on this node is out of reach."""
        if self.covers(node):
            return
        if node:
            raise AccessDenied(
                f"This token is that of an agent on node {self.node!r}; it may speak of that "
                "node's pods only, and this is another node's."
            )
        raise AccessDenied(
            f"The agent on node {self.node!r} does not lead: only the holder of the Lease may "
            "speak of what belongs to no node."
        )


EVERYTHING = Reach()
