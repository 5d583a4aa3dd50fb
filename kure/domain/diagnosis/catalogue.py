"""Every class of failure that the rules know, by its permanent id."""

from kure.domain.diagnosis.controllers.known import KNOWN as CONTROLLERS
from kure.domain.diagnosis.crashes.known import KNOWN as CRASHES
from kure.domain.diagnosis.creation.known import KNOWN as CREATION
from kure.domain.diagnosis.dependencies.known import KNOWN as DEPENDENCIES
from kure.domain.diagnosis.ends.known import KNOWN as ENDS
from kure.domain.diagnosis.images.known import KNOWN as IMAGES
from kure.domain.diagnosis.known import Known
from kure.domain.diagnosis.nodes.known import KNOWN as NODES
from kure.domain.diagnosis.probes.known import KNOWN as PROBES
from kure.domain.diagnosis.scheduling.known import KNOWN as SCHEDULING
from kure.domain.diagnosis.services.known import KNOWN as SERVICES
from kure.domain.diagnosis.starts.known import KNOWN as STARTS
from kure.domain.diagnosis.volumes.known import KNOWN as VOLUMES

# By the letter that a rule's id begins with.
FAMILIES = {
    "A": "Images",
    "B": "Creating and starting containers",
    "C": "Crashes",
    "D": "Init containers and sidecars",
    "E": "Probes and readiness",
    "F": "Scheduling",
    "G": "Volumes",
    "H": "Pods that are never created",
    "I": "Pods that ended or do not end",
    "J": "Sandbox, network, DNS",
    "K": "Workload controllers",
    "L": "Services, Ingresses, certificates",
    "M": "Nodes",
}

CATALOGUE: dict[str, Known] = {
    known.rule: known
    for known in sorted(
        (
            *CONTROLLERS,
            *CRASHES,
            *CREATION,
            *DEPENDENCIES,
            *ENDS,
            *IMAGES,
            *NODES,
            *PROBES,
            *SCHEDULING,
            *SERVICES,
            *STARTS,
            *VOLUMES,
        ),
        key=lambda known: known.rule,
    )
}
