"""What Kure's processes share: meaning (domain), messages (contracts), promises (ports), drivers
(adapters)."""

__version__ = "0.1.0"
