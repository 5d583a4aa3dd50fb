"""What one failure has in common with its repetitions: the same value for the same failure,
whatever the pods are called, when it happened and how often.

The rules' causes, the telling lines and the state of the containers make it; names of pods, times,
ids, addresses and counts are taken out.
"""

from kure.domain.models.subject import Subject


def of(subject: Subject) -> str:
    """64 hexadecimal digits."""
    raise AssertionError
