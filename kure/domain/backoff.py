"""How long to wait before something is tried again."""


def full_jitter(attempt: int, chance: float, *, first: float = 0.5, most: float = 30.0) -> float:
    """Seconds before the retry number `attempt` (1 is the first): a random part of a time that
    doubles up to `most`. `chance` is a random number from 0 to 1.

    The whole range is used so that a thousand clients that lost their server together do not come
    back together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return chance * min(most, first * 2.0 ** min(attempt - 1, 32))
