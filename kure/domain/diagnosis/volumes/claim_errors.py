"""What provisioners say when they cannot make a volume, as rows."""

from kure.domain.diagnosis.messages import MessageRule
from kure.domain.diagnosis.model import Confidence

SELECTOR = MessageRule(
    rule="G14",
    pattern=r"selector is not supported",
    title="a claim with a selector gets no new volume",
    explanation="The claim has a selector, which chooses among volumes that are there; the "
    'provisioner of StorageClass "{class}" makes new ones: {message}',
    fix="Make the claim again without spec.selector, or make a PersistentVolume that fits it.",
)

ACCESS_MODE = MessageRule(
    rule="G14",
    pattern=r"access ?modes?.{0,80}(?:not supported|unsupported|invalid)"
    r"|(?:not support|unsupported|invalid).{0,80}access ?mode|only supports? .{0,60}Read\w+"
    r"|volume capabilities not supported|MULTI_NODE",
    title="the provisioner does not offer the access mode",
    explanation='The provisioner of StorageClass "{class}" cannot make a volume with the '
    "access mode that the claim asks for: {message}",
    fix="Make the claim again with an access mode that this storage has (often ReadWriteOnce), "
    "or with a StorageClass of shared storage.",
)

ERRORS = (
    MessageRule(
        rule="G14",
        pattern=r"quota|VolumeLimitExceeded|MaxVolumesExceeded|ResourceExhausted|LimitExceeded",
        title="the storage has no room or quota left",
        explanation='The provisioner of StorageClass "{class}" was asked for {size} and refused: '
        "{message}",
        fix="Free volumes that nobody needs, raise the quota of the storage or of the account, or "
        "ask for less than {size}.",
    ),
    MessageRule(
        rule="G14",
        pattern=r"no space left|not enough (?:free )?space|insufficient (?:free )?space"
        r"|insufficient capacity|out of capacity",
        title="the storage is full",
        explanation='The provisioner of StorageClass "{class}" was asked for {size} and refused: '
        "{message}",
        fix="Add capacity to the storage, free some, or ask for less than {size}.",
    ),
    MessageRule(
        rule="G14",
        pattern=r"AccessDenied|UnauthorizedOperation|not authorized|PermissionDenied"
        r"|Unauthenticated|AuthorizationFailed|forbidden|credentials",
        title="the provisioner may not make volumes",
        explanation="The storage refused the account of the provisioner of StorageClass "
        '"{class}": {message}',
        fix="Give the provisioner's account (its ServiceAccount, cloud role or Secret) the right "
        "that the message names.",
    ),
    SELECTOR,
    ACCESS_MODE,
    MessageRule(
        rule="G14",
        pattern=r"zone|topology|region",
        title="the storage has no volume for that place",
        explanation='The provisioner of StorageClass "{class}" cannot make the volume in the zone '
        "that is asked for: {message}",
        fix="Compare the zones of the nodes with allowedTopologies and the parameters of "
        'StorageClass "{class}".',
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="G14",
        pattern=r"InvalidArgument|invalid (?:option|parameter|value)|InvalidParameter"
        r"|unknown parameter|OutOfRange|must be (?:at least|between|greater)|too (?:small|large)",
        title="the provisioner does not accept what is asked for",
        explanation='The size {size} or a parameter of StorageClass "{class}" is not one that its '
        "provisioner takes: {message}",
        fix='Correct the size of the claim or the parameters of StorageClass "{class}", as the '
        "message says.",
    ),
    MessageRule(
        rule="G14",
        pattern=r"DeadlineExceeded|deadline exceeded|connection refused|Unavailable|i/o timeout"
        r"|no such host",
        title="the provisioner cannot reach its storage",
        explanation='The provisioner of StorageClass "{class}" works, but the storage behind it '
        "does not answer: {message}",
        fix="See whether the storage and the driver's controller run and reach each other.",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="G14",
        pattern=r"failed to provision volume|rpc error|failed to create (?:volume|provisioner)"
        r"|no volume plugin matched|Failed to provision",
        title="the provisioner reports an error",
        explanation='The provisioner of StorageClass "{class}" was asked for {size} and answered: '
        "{message}",
        fix="Do what the message names; the log of the provisioner's controller tells more.",
        confidence=Confidence.LIKELY,
    ),
)
