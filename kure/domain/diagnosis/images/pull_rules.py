"""What runtimes and registries say when an image cannot be pulled, as rows.

The texts are those of containerd 1.6 to 2.x, CRI-O and Docker. The order is by what a message says
beyond doubt: a name that cannot be parsed never reached a registry, and a network error while a
token is fetched is a network error, not a refusal.
"""

from kure.domain.diagnosis.messages import MessageRule
from kure.domain.diagnosis.model import Confidence


def unreachable(pattern: str) -> MessageRule:
    """A06 has several wordings, of which some name the address that was tried."""
    return MessageRule(
        rule="A06",
        pattern=pattern,
        title="Registry {host} cannot be reached",
        explanation="Node {node} got no answer from {where} when {image} was to be pulled.",
        fix="Check from node {node} that {where} can be reached (firewall, proxy, the registry "
        "itself). The pull is tried again by itself.",
    )


def refused(pattern: str) -> MessageRule:
    """A03, with the registry's answer where the message has it."""
    return MessageRule(
        rule="A03",
        pattern=pattern,
        title="Registry {host} refuses to give image {image}",
        explanation="{host} was reached and refused the pull: {answer}. {credentials}",
        fix="{credentials_fix} The account needs the right to read {repository}.",
    )


PULL_RULES = (
    MessageRule(
        rule="A11",
        pattern=r"InvalidImageName|couldn't parse image name|invalid reference format"
        r"|must be lowercase",
        title='"{image}" is not a valid image name',
        explanation="{container} names an image that no runtime can parse, so no registry was "
        "asked. A name has lower-case letters only, a tag begins with a letter, digit or _ and "
        "has no other characters than those, dots and dashes.",
        fix='Correct the image name "{image}".',
    ),
    MessageRule(
        rule="A10",
        pattern=r"ErrImageNeverPull|not present with pull policy of Never",
        title="Image {image} is not on node {node} and may not be pulled",
        explanation="{container} has imagePullPolicy Never, and the image {image} was never "
        "loaded on node {node}.",
        fix="Set imagePullPolicy to IfNotPresent, or load {image} on every node that may run "
        "the pod.",
    ),
    MessageRule(
        rule="A15",
        pattern=r"pull QPS exceeded",
        title="Node {node} pulls too many images at once",
        explanation="The kubelet on node {node} has reached its own limit of pulls a second "
        "(registryPullQPS); it tries again by itself.",
        fix="Wait; if it lasts, raise registryPullQPS and registryBurst in the kubelet's "
        "configuration.",
    ),
    MessageRule(
        rule="A08",
        pattern=r"toomanyrequests|429 Too Many Requests|pull rate limit",
        title="Registry {host} limits how often images are pulled",
        explanation="{host} answered 429 (too many requests) when {image} was to be pulled: "
        "the limit for this address or account is used up. {credentials}",
        fix="Wait until the limit is reset, pull with an account of your own, or put a mirror or "
        "cache before {host}. {credentials_fix}",
    ),
    MessageRule(
        rule="A09",
        pattern=r"no match for platform|no matching manifest for (?P<platform>\S+/\S+)"
        r"|image operating system .* cannot be used on this platform",
        title="Image {image} is not made for {platform}",
        explanation="The registry has {image}, but not for {platform}, which node {node} needs.",
        fix="Build and push {image} for {platform} too (`docker buildx build --platform …`), or "
        "keep the pod on nodes of another architecture by a nodeSelector on "
        "kubernetes.io/arch.",
    ),
    MessageRule(
        rule="A07",
        pattern=r"(?P<reason>x509: [^\"]*|server gave HTTP response to HTTPS client"
        r"|first record does not look like a TLS handshake|tls: [^\"]*)",
        title="No secure connection to registry {host}",
        explanation="Node {node} reached {host} but could not agree with it on TLS: {reason}.",
        fix="Where the certificate is of an authority of your own, install that on every node for "
        "{host}; where it has expired or has another name, renew it; where the registry speaks "
        "plain HTTP, say so in the runtime's configuration of {host}.",
    ),
    MessageRule(
        rule="A05",
        # the name as a whole, so that it is not tried anew at each letter
        pattern=r"lookup (?P<where>[^\s:\"]{1,255})(?=[\s:\"]).{0,200}"
        r"(?:no such host|server misbehaving|i/o timeout|connection refused|try again)",
        title="The name {where} cannot be resolved",
        explanation="Node {node} could not find the address of {where}, which it needs to pull "
        "{image}: the name is wrong, or the node's DNS does not answer.",
        fix="Check the spelling of {where}; if it is right, check the DNS servers that node "
        "{node} uses (not those of the cluster: the runtime pulls, not the pod).",
    ),
    MessageRule(
        rule="A12",
        pattern=r"no space left on device|failed to extract layer|failed to register layer"
        r"|unexpected EOF|digest mismatch|unexpected commit digest",
        title="Image {image} cannot be unpacked on node {node}",
        explanation="The image was found but could not be stored whole on node {node}: its disk "
        "is full or broken, or the download broke off.",
        fix="Look at the disk of node {node} (condition DiskPressure, images no longer used); if "
        "there is room, delete the pod so that the pull starts afresh.",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="A06",
        pattern=r"(?:failed with status code \[[^\]]*\]|unexpected status(?: code)?.{0,500}?"
        r"|received unexpected HTTP status): (?P<status>5\d\d[^\"]*)",
        title="Registry {host} answers with an error of its own",
        explanation="{host} was reached and answered {status} when {image} was to be pulled.",
        fix="Look at the registry {host} itself; the pull is tried again by itself.",
    ),
    *map(
        unreachable,
        (
            r"dial tcp (?P<where>\S+?): (?:i/o timeout|connect: )",
            r"(?:Head|Get) \"?https?://(?P<where>[^/\"]+).*"
            r"(?:i/o timeout|timeout|deadline exceeded|connection reset|context canceled|: EOF)",
            r"i/o timeout|connection refused|connection reset|TLS handshake timeout|: EOF"
            r"|context deadline exceeded|Timeout exceeded|no route to host|RegistryUnavailable"
            r"|context canceled",
        ),
    ),
    MessageRule(
        rule="A02",
        pattern=r"pull access denied|insufficient_scope|repository (?:.* )?does not exist"
        r"|name unknown",
        title="Repository {repository} does not exist or may not be read",
        explanation="{host} does not say which: to those who may not read it, a private "
        "repository looks as if it did not exist. {credentials}",
        fix="Check the spelling of {repository}. If it is private: {credentials_fix}",
    ),
    *map(
        refused,
        (
            r"(?P<answer>401 Unauthorized|403 Forbidden)",
            r"no basic auth credentials|authentication required|unauthorized:"
            r"|failed to fetch (?:anonymous|oauth) token|denied:|authorization failed"
            r"|authorization token has expired",
        ),
    ),
    MessageRule(
        rule="A01",
        pattern=r"manifest unknown|manifest for .* not found"
        r"|failed to resolve reference .*: not found|: not found|reading manifest .* not found",
        title="Image {image} does not exist",
        explanation="{host} was reached and has no {version} of {repository}.",
        fix="Correct the image to one that exists (`skopeo list-tags docker://{repository}` shows "
        "them), or push {image}.",
    ),
    MessageRule(
        rule="A13",
        pattern=r"SignatureValidationFailed|signature.*(?:verif|valid|polic)",
        title="The signature of image {image} is not accepted",
        explanation="Node {node} checks signatures of images, and that of {image} did not pass.",
        fix="Sign {image} with a key that the node's policy trusts, or correct that policy.",
    ),
    MessageRule(
        rule="A13",
        pattern=r"ImageInspectError|Failed to inspect image",
        title="Node {node} cannot read its own copy of image {image}",
        explanation="The runtime on node {node} could not inspect {image}, which says that its "
        "store is damaged.",
        fix="Remove {image} from node {node} and let it be pulled again; if that does not help, "
        "look at the runtime's log there.",
        confidence=Confidence.LIKELY,
    ),
)

MISSING_SECRET = MessageRule(
    rule="A04",
    title="The imagePullSecret {secrets} cannot be read",
    explanation="The pod names it for pulling images, and the kubelet on node {node} could not "
    "get it from namespace {namespace}: it does not exist there. Images were asked for without "
    "its credentials.",
    fix="Create {secrets} in namespace {namespace} ({create_secret}), or correct the name in "
    "imagePullSecrets. Secrets are not shared between namespaces.",
)

EXPIRED = MessageRule(
    rule="A14",
    title="Image {image} cannot be pulled; the original error is no longer known",
    explanation="Only the back-off is left: Kubernetes drops events after a while (an hour unless "
    "told otherwise), and with them what the registry answered. {credentials}",
    fix="Delete the pod so that the pull is tried again and the error is seen, and check that "
    "{image} exists.",
    confidence=Confidence.SYMPTOM,
)

UNKNOWN = MessageRule(
    rule="A00",
    title="Image {image} cannot be pulled",
    explanation="Kure does not know this message: {message}",
    fix="Read the message; check that {image} exists and that node {node} can reach {host}.",
    confidence=Confidence.SYMPTOM,
)
