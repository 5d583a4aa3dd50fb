"""Kubernetes quantities ("250m", "1Gi") to numbers and back.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

import re
from decimal import Decimal

BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}

QUANTITY = re.compile(
    r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d{1,3})|([KMGTPE]i|[numkMGTPE]?))", re.ASCII
)


def parse(value: object) -> Decimal | None:
    """The number that a quantity stands for; None where it is none. JSON may hold plain numbers."""
    match = QUANTITY.fullmatch(str(value).strip())
    if match is None or isinstance(value, bool):
        return None
    digits, exponent, suffix = match.groups()
    if exponent is not None:
        return Decimal(digits).scaleb(int(exponent))
    if suffix in BINARY:
        return Decimal(digits) * BINARY[suffix]
    return Decimal(digits).scaleb(DECIMAL[suffix])


def show_bytes(size: Decimal) -> str:
    """Bytes in the largest binary unit that leaves at most one decimal: 33554432 is 32Mi."""
    for suffix, unit in reversed(BINARY.items()):
        if size >= unit:
            return f"{_short(size / unit)}{suffix}"
    return _short(size)


def show(resource: str, amount: Decimal) -> str:
    """An amount of a resource as people write it: cpu 0.25 is 250m, memory is in binary units."""
    if resource in ("memory", "ephemeral-storage") or resource.startswith("hugepages-"):
        return show_bytes(amount)
    if amount % 1 and resource == "cpu":
        return f"{_short(amount * 1000)}m"
    return _short(amount)


def _short(amount: Decimal) -> str:
    # Beyond its precision Decimal refuses to round; nothing of that size is a fraction.
    small = abs(amount) < 10**20
    rounded = amount.quantize(Decimal("0.1")) if small else amount.to_integral_value()
    return f"{rounded:f}".removesuffix(".0")


def write(resource: str, amount: Decimal) -> str:
    """An amount as a manifest may hold it: never more than it, in whole millis of cpu, in whole Mi
    or else bytes of memory."""
    if resource == "cpu":
        millis = int(amount * 1000)
        return str(millis // 1000) if millis % 1000 == 0 else f"{millis}m"
    if resource in ("memory", "ephemeral-storage", "storage"):
        for suffix in ("Gi", "Mi"):
            if amount >= BINARY[suffix] and (suffix == "Mi" or amount % BINARY[suffix] == 0):
                return f"{int(amount // BINARY[suffix])}{suffix}"
    return str(int(amount))
