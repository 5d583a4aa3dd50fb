"""The checks, one theme a file. To import the package registers all of them."""

from kure.domain.security.checks import capabilities, host, kernel, privilege
from kure.domain.security.registry import CHECKS

__all__ = ["CHECKS", "capabilities", "host", "kernel", "privilege"]
