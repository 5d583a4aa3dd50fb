"""How long what may heal by itself is left alone while cases are played, in seconds."""

# Where everything fails: short, so that it is told while the test waits.
SHORT: dict[str, float] = {
    "pending": 3,
    "gated": 5,
    "starting": 30,
    "pulling": 20,
    "config": 3,
    "init": 8,
    "not_ready": 8,
    "terminating": 4,
    "create": 2,
    "node": 3,
    "claim": 5,
    "endpoints": 5,
    "ingress": 3,
    "scaling": 5,
    "scaling_limit": 5,
    "schedule": 5,
}

# Where nothing does: shorter than the defaults where that leaves a node time for a hundred
# workloads at once.
LONG: dict[str, float] = {
    "starting": 90,
    "pulling": 90,
    "config": 45,
    "init": 45,
    "not_ready": 25,
    "terminating": 30,
    "claim": 15,
    "endpoints": 15,
    "ingress": 15,
    "scaling": 15,
    "schedule": 20,
    "pending": 30,
    "create": 10,
    "node": 10,
}
