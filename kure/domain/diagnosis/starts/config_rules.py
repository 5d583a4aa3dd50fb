"""What the kubelet says when it does not even ask the runtime for a container, as rows."""

from kure.domain.diagnosis.messages import MessageRule
from kure.domain.diagnosis.model import Confidence

CONFIG_RULES = (
    MessageRule(
        rule="B06",
        pattern=r"failed to sync (?P<kind>configmap|secret) cache"
        r"|object \"(?P<space>[^\"]+)\"/\"(?P<name>[^\"]+)\" not registered"
        r"|services have not yet been read at least once",
        title="{container}: the kubelet on node {node} has not read what it needs yet",
        explanation="The kubelet did not get the ConfigMaps, Secrets or Services that {container} "
        "refers to from the API server in time. That says nothing of whether they exist; usually "
        "it passes by itself within a minute.",
        fix="Wait a minute. If it lasts, see whether node {node} reaches the API server (its "
        "kubelet's log) and whether the API server is overloaded.",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="B04",
        pattern=r"runAsNonRoot and image will run as root|runAsUser breaks non-root policy",
        title="{container} must not run as root, and does",
        explanation="Its securityContext says runAsNonRoot, and {whose} user 0, so the kubelet "
        "does not create it.",
        fix="Set securityContext.runAsUser to a user that the image can run as, build the image "
        "with another USER, or take runAsNonRoot away if it has to be root.",
    ),
    MessageRule(
        rule="B05",
        pattern=r"image has non-numeric user \((?P<user>[^)]{1,100})\)|non-numeric user",
        title="{container} must not run as root, and its image names its user by name",
        explanation="The image {image} says USER {user}, and with runAsNonRoot the kubelet wants a "
        "number: of a name it cannot tell whether that is root.",
        fix="Set securityContext.runAsUser to the number of that user in the image (`id -u` in "
        "it), or build the image with a numeric USER.",
    ),
    MessageRule(
        rule="B07",
        pattern=r"failed to (?:prepare|create) subPath(?: directory)?"
        r"(?: for volumeMount \"(?P<volume>[^\"]+)\")?",
        title='{container}: the subPath of volume "{volume}" cannot be prepared',
        explanation="The kubelet could not find or make that path inside the volume: a file is in "
        "the way, a link leads out of the volume, or the volume is read-only or broken.",
        fix="Look at the path inside the volume and correct the mount's subPath.",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="B07",
        pattern=r"missing value for \"?(?P<variable>[\w.-]{1,200})|failed to expand subPath",
        title="{container}: its subPathExpr uses {variable}, which is not set",
        explanation="A subPathExpr may only use environment variables that the container itself "
        "defines; it does not define {variable}.",
        fix="Define the variable under the container's env, before it is used, or correct its "
        "name in subPathExpr.",
    ),
)
