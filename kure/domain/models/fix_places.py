"""Which fields of a pod template a model's fix may change, by what fails.

A list of what is allowed: a field that stands in no group, or a failure that has none, may not be
changed by a model. Names of fields are those of `kure.domain.mirrors.rights.fields`; what a change
of them may come to is looked at after this, as every mirror's is.
"""

from collections.abc import Collection

from kure.domain.failures.model import FailureClass

_LISTS = ("spec.containers[]", "spec.initContainers[]")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_REQUEST = "httpGet.path httpGet.port httpGet.scheme httpGet.httpHeaders tcpSocket.port"
_TIMINGS = (
    "initialDelaySeconds periodSeconds timeoutSeconds successThreshold failureThreshold"
    " terminationGracePeriodSeconds grpc.port grpc.service exec.command"
)


def _spec(names: str) -> frozenset[str]:
    return frozenset(f"spec.{name}" for name in names.split())


def _of_containers(names: str) -> frozenset[str]:
    return frozenset(f"{place}.{name}" for place in _LISTS for name in names.split())


def _probes() -> frozenset[str]:
    asked = f"{_REQUEST} {_TIMINGS} httpGet.host tcpSocket.host".split()
    return _of_containers(" ".join(f"{probe}.{name}" for probe in _PROBES for name in asked))


IMAGE = _of_containers("image imagePullPolicy") | _spec("imagePullSecrets")
PROGRAM = _of_containers("command args workingDir")
ENVIRONMENT = _of_containers("env envFrom") | _spec("enableServiceLinks")
VOLUMES = _of_containers("volumeMounts") | _spec("volumes")
RESOURCES = _of_containers("resources.requests resources.limits") | _spec(
    "resources.requests resources.limits"
)
PROBES = _probes() | _spec("readinessGates")
PORTS = _of_containers("ports")
HOOKS = _of_containers(
    "lifecycle.postStart.exec.command lifecycle.preStop.exec.command lifecycle.stopSignal"
    " lifecycle.postStart.sleep.seconds lifecycle.preStop.sleep.seconds"
) | _spec("terminationGracePeriodSeconds")
SECURITY = _of_containers(
    "securityContext.allowPrivilegeEscalation securityContext.privileged"
    " securityContext.procMount securityContext.readOnlyRootFilesystem"
    " securityContext.runAsGroup securityContext.runAsNonRoot securityContext.runAsUser"
    " securityContext.seccompProfile securityContext.capabilities.add"
    " securityContext.capabilities.drop"
) | _spec(
    "securityContext.fsGroup securityContext.fsGroupChangePolicy securityContext.runAsGroup"
    " securityContext.runAsNonRoot securityContext.runAsUser securityContext.seccompProfile"
    " securityContext.supplementalGroups securityContext.sysctls"
)
SHARED_HOST = _spec("hostIPC hostNetwork hostPID hostUsers")
PLACEMENT = _spec(
    "affinity nodeSelector topologySpreadConstraints tolerations schedulerName priorityClassName"
)
NAMES = _spec("dnsPolicy dnsConfig.nameservers dnsConfig.searches dnsConfig.options hostAliases")
DEADLINE = _spec("activeDeadlineSeconds")

# What runs, and what it needs to run.
_RUNNING = PROGRAM | ENVIRONMENT | VOLUMES | RESOURCES | SECURITY | IMAGE

BY_CLASS: dict[FailureClass, frozenset[str]] = {
    FailureClass.FAILED_CREATE: RESOURCES | SECURITY | SHARED_HOST | PORTS | VOLUMES | PLACEMENT,
    FailureClass.UNSCHEDULABLE: RESOURCES | PLACEMENT | PORTS | VOLUMES,
    FailureClass.REJECTED: RESOURCES | PLACEMENT | PORTS | SECURITY,
    FailureClass.EVICTED: RESOURCES | PLACEMENT | VOLUMES,
    FailureClass.STUCK_TERMINATING: HOOKS,
    FailureClass.SANDBOX: SECURITY | NAMES | PORTS,
    FailureClass.FAILED_MOUNT: VOLUMES | SECURITY,
    FailureClass.NOT_STARTED: VOLUMES | SECURITY | IMAGE,
    FailureClass.IMAGE_PULL: IMAGE,
    FailureClass.CONFIG_ERROR: ENVIRONMENT | VOLUMES | SECURITY,
    FailureClass.CREATE_ERROR: PROGRAM | ENVIRONMENT | VOLUMES | SECURITY | PORTS,
    FailureClass.START_ERROR: _RUNNING | HOOKS,
    FailureClass.INIT_STUCK: _RUNNING | PROBES | NAMES,
    FailureClass.OOM_KILLED: RESOURCES | ENVIRONMENT | PROGRAM | VOLUMES,
    FailureClass.CRASH_LOOP: _RUNNING | PROBES | PORTS | HOOKS | NAMES,
    FailureClass.DEADLINE: DEADLINE | RESOURCES | PROGRAM | ENVIRONMENT,
    FailureClass.POD_FAILED: _RUNNING | NAMES,
    FailureClass.NOT_READY: PROBES | PORTS | PROGRAM | ENVIRONMENT | RESOURCES | HOOKS | NAMES,
    FailureClass.JOB_FAILED: _RUNNING | DEADLINE | NAMES,
    FailureClass.ROLLOUT_STUCK: RESOURCES | PROBES,
}

# Fields that no failure lets a model change, with why; all others stand in a group.
NEVER: dict[str, str] = {
    "metadata": "labels and annotations choose what else acts on a pod",
    "spec.serviceAccount": "another account has other rights",
    "spec.serviceAccountName": "another account has other rights",
    "spec.automountServiceAccountToken": "a token is a right",
    "spec.ephemeralContainers": "a container of somebody's own",
    "spec.nodeName": "it passes the scheduler by",
    "spec.priority": "others would have to make room",
    "spec.preemptionPolicy": "others would have to make room",
    "spec.runtimeClassName": "walls around a program",
    "spec.shareProcessNamespace": "walls between programs",
    "spec.schedulingGates": "somebody else's word",
    "spec.resourceClaims": "devices",
    "spec.os": "another program altogether",
    "spec.overhead": "written by the API server",
    "spec.hostname": "others know it by its name",
    "spec.setHostnameAsFQDN": "others know it by its name",
    "spec.subdomain": "others know it by its name",
    "spec.restartPolicy": "another kind of workload",
    "spec.securityContext.appArmorProfile": "walls around a program",
    "spec.securityContext.seLinuxOptions": "walls around a program",
    "spec.securityContext.seLinuxChangePolicy": "walls around a program",
    "spec.securityContext.supplementalGroupsPolicy": "walls around a program",
    "spec.securityContext.windowsOptions": "walls around a program",
    "securityContext.appArmorProfile": "walls around a program",
    "securityContext.seLinuxOptions": "walls around a program",
    "securityContext.windowsOptions": "walls around a program",
    "resources.claims": "devices",
    "resizePolicy": "no failure asks for it",
    "restartPolicy": "another kind of container",
    "name": "another container altogether",
    "stdin": "somebody could type into it",
    "stdinOnce": "somebody could type into it",
    "tty": "somebody could type into it",
    "terminationMessagePath": "a file that everybody may then read",
    "terminationMessagePolicy": "a file that everybody may then read",
    "volumeDevices": "raw devices",
    "lifecycle.postStart.httpGet": "a request from the node's network",
    "lifecycle.postStart.tcpSocket": "a request from the node's network",
    "lifecycle.preStop.httpGet": "a request from the node's network",
    "lifecycle.preStop.tcpSocket": "a request from the node's network",
    "apiVersion": "another object",
    "kind": "another object",
    "status": "what is, not what is wanted",
}


def allowed(classes: Collection[str]) -> frozenset[str]:
    """The fields that may be changed where these fail: classes of failures, by their names."""
    known = [BY_CLASS[each] for each in FailureClass if each in classes and each in BY_CLASS]
    return frozenset().union(*known)
