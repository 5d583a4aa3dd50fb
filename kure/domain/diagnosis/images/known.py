"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

KNOWN: tuple[Known, ...] = (
    Known(
        rule="A00",
        name="Image pull, unknown message",
        means="An image cannot be pulled, and what the runtime says of it is not known.",
        looks_at="The container's waiting state and the events Failed and FailedPull.",
        fix="Read the message, which is quoted; check that the image exists.",
    ),
    Known(
        rule="A01",
        name="Tag or digest does not exist",
        means="The registry was reached and has no such tag or digest of the repository.",
        looks_at="The message of the pull (manifest unknown, not found); earlier ReplicaSets of "
        "the Deployment, images of pods that run in the namespace and of the node, for what was "
        "meant.",
        fix="Set the image to one that exists. Proposed: the image of the revision before, or the "
        "tag of the repository that runs beside it.",
    ),
    Known(
        rule="A02",
        name="Repository does not exist or may not be read",
        means="The registry does not say which: to those who may not read it, a private repository "
        "looks as if it did not exist.",
        looks_at="The message of the pull (pull access denied, insufficient_scope); "
        "imagePullSecrets; images that run nearby and the names of Docker Hub's own images.",
        fix="Correct the name, or give the pod credentials. Proposed: the name without its slip, "
        "or the pull secret that a pod beside it uses for that registry.",
    ),
    Known(
        rule="A03",
        name="Registry refuses the credentials",
        means="The registry was reached and refused the pull.",
        looks_at="The message of the pull (401, 403, no basic auth credentials) and the pod's "
        "imagePullSecrets.",
        fix="Give the pod a pull secret with valid credentials. Proposed: the one that a pod "
        "beside it uses for that registry, where the pod names none.",
    ),
    Known(
        rule="A04",
        name="Pull secret does not exist",
        means="The pod names an imagePullSecret that is not in its namespace.",
        looks_at="The event FailedToRetrieveImagePullSecret; which pull secrets pods that run and "
        "ServiceAccounts name. Secrets themselves are never listed.",
        fix="Create the secret or correct its name. Proposed: a name that is nearly the same.",
    ),
    Known(
        rule="A05",
        name="Registry's name cannot be resolved",
        means="The node found no address for the registry: its name is wrong, or the node's DNS "
        "does not answer.",
        looks_at="The message of the pull (lookup …: no such host); registries that are used "
        "nearby or are widely known.",
        fix="Correct the registry's name, or mend the node's DNS.",
    ),
    Known(
        rule="A06",
        name="Registry cannot be reached",
        means="The node got no answer from the registry, or an error of the registry's own (5xx).",
        looks_at="The message of the pull (timeout, connection refused, EOF, status 5xx).",
        fix="Check the way from the node to the registry: firewall, proxy, the registry itself.",
    ),
    Known(
        rule="A07",
        name="No secure connection to the registry",
        means="Node and registry could not agree on TLS: an unknown authority, an expired "
        "certificate, or a registry that speaks plain HTTP.",
        looks_at="The message of the pull (x509, tls, HTTP response to HTTPS client).",
        fix="Install the authority on the nodes, renew the certificate, or configure the runtime "
        "for plain HTTP.",
    ),
    Known(
        rule="A08",
        name="Too many pulls",
        means="The registry limits how often images are pulled, and the limit is used up.",
        looks_at="The message of the pull (429, toomanyrequests).",
        fix="Wait, pull with an account, or put a mirror before the registry.",
    ),
    Known(
        rule="A09",
        name="Image of another architecture",
        means="The registry has the image, but not for the node's platform.",
        looks_at="The message of the pull (no match for platform) and the node's nodeInfo.",
        fix="Build the image for the platform, or keep the pod on nodes that fit it. Proposed: the "
        "image of the revision before.",
    ),
    Known(
        rule="A10",
        name="Image is absent and may not be pulled",
        means="imagePullPolicy is Never, and the node does not have the image.",
        looks_at="The reason ErrImageNeverPull; the images that the node has.",
        fix="Load the image on the nodes or allow to pull it. Proposed: the tag that the node has, "
        "or imagePullPolicy IfNotPresent.",
    ),
    Known(
        rule="A11",
        name="Image name is not valid",
        means="No runtime can parse the name: capitals, spaces, two colons, a place holder that "
        "was not filled in.",
        looks_at="The reason InvalidImageName and the container's image.",
        fix="Correct the name. Proposed where the slip is evident.",
    ),
    Known(
        rule="A12",
        name="Image cannot be unpacked",
        means="The image was found and could not be stored whole on the node.",
        looks_at="The message of the pull (no space left, failed to extract layer, digest).",
        fix="Make room on the node's disk, or delete the pod so that the pull starts afresh.",
    ),
    Known(
        rule="A13",
        name="Image cannot be inspected or its signature is refused",
        means="The node's copy is damaged, or its policy does not trust the image's signature.",
        looks_at="The reasons ImageInspectError and SignatureValidationFailed.",
        fix="Remove the image from the node and let it be pulled again; or sign it with a trusted "
        "key.",
    ),
    Known(
        rule="A14",
        name="The original error has expired",
        means="Only the back-off is left: the events that said why are gone.",
        looks_at="That no state and no event has the registry's answer.",
        fix="Delete the pod so that the pull is tried again and the error is seen.",
    ),
    Known(
        rule="A15",
        name="The kubelet's own limit of pulls",
        means="The node pulls too many images at once.",
        looks_at="The message pull QPS exceeded.",
        fix="Wait, or raise registryPullQPS in the kubelet's configuration.",
    ),
    Known(
        rule="A16",
        name="Image is still being pulled",
        means="Nothing has failed: the pull takes long.",
        looks_at="The event Pulling, and that none came after it.",
        fix="Wait; make the image smaller or bring it nearer.",
    ),
)
