"""Who listens to the live stream, and what of it they may see."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from api.auth import People
from api.identity import Agents
from kure.contracts.events import UiEvent
from kure.domain.access.person import Person
from kure.domain.access.roles import Role
from kure.domain.access.scopes import OF_NO_NAMESPACE
from kure.errors import AccessDenied, NotSignedIn

# Written where sessions end: tells the streams of that account to look. Nobody is sent it.
ACCESS = "access.changed"
# What agents and scanners are told: what is left out from now on, and what was set.
SETTINGS = "settings.changed"
OF_AGENTS = ("exclusions.changed", SETTINGS)


@dataclass(frozen=True)
class Listener:
    """A person's place at the live stream.

    `session` names the session or the API token that asks. `sees` says of an event whether it may
    be shown, `sees_nodes` whether also which node's incident it stands under, `about` whether it
    may have changed the listener's own rights: then, and at each heartbeat, `still_allowed` is
    asked.
    """

    session: str
    sees: Callable[[UiEvent], bool]
    about: Callable[[UiEvent], bool]
    still_allowed: Callable[[], Awaitable[bool]]
    sees_nodes: Callable[[UiEvent], bool] = lambda _: False


def listener(person: Person, people: People, clock: Callable[[], datetime]) -> Listener:
    """The place of a person: events of their scopes, until what showed who they are has ended."""

    def about(event: UiEvent) -> bool:
        return event.topic == ACCESS and event.entity_id == str(person.id)

    return Listener(
        person.key,
        lambda event: sees(person, event),
        about,
        lambda: people.is_still(person, clock()),
        lambda event: person.scopes.covers(event.cluster or "", OF_NO_NAMESPACE),
    )


def sees(person: Person, event: UiEvent) -> bool:
    """Whether somebody may be shown an event: it belongs to an incident, to a cluster or, where it
    has no place, to the whole installation."""
    if event.topic == ACCESS or (event.topic == SETTINGS and not person.role.covers(Role.ADMIN)):
        return False
    if event.cluster is None:
        return person.scopes.everything
    if event.namespace is None:
        return person.scopes.covers_cluster(event.cluster)
    return person.scopes.covers(event.cluster, event.namespace)


async def of_agent(agents: Agents, token: str) -> Listener:
    """The place of an agent, who is told what concerns all agents or those of its own cluster.
    NotSignedIn for a token that nobody was given."""
    agent = await agents.identify(token)

    async def is_known() -> bool:
        try:
            await agents.identify(token)
        except (NotSignedIn, AccessDenied):
            return False
        return True

    return Listener(
        session=f"agent/{agent.key}",
        sees=lambda event: event.topic in OF_AGENTS and event.cluster in (None, agent.cluster),
        about=lambda event: False,
        still_allowed=is_known,
    )
