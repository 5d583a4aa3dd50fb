"""What people may do: each role may do what the one before it may."""

from enum import StrEnum


class Role(StrEnum):
    """The right of a person or of a token."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether this role may do what `needed` may."""
        return ORDER.index(self) >= ORDER.index(needed)


ORDER = (Role.READ, Role.WRITE, Role.ADMIN)


def lesser(one: Role, other: Role) -> Role:
    """The one of two roles that may do less."""
    return other if one.covers(other) else one
