"""The reasons for which a container may wait, in the kubelet's words, by what they mean."""

# https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/images/types.go and, for the
# last two, https://github.com/kubernetes/cri-api/blob/v0.34.0/pkg/errors/errors.go
PULL = (
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
)

# https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kuberuntime/kuberuntime_container.go
# and https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/container/sync_result.go
CONFIG = ("CreateContainerConfigError", "VerifyNonRootError")
CREATE = ("CreateContainerError", "PreCreateHookError", "PreStartHookError", "PostStartHookError")
RUN = "RunContainerError"
BACK_OFF = "CrashLoopBackOff"

# Every other one says only that the container is not started yet.
TELLING = frozenset((*PULL, *CONFIG, *CREATE, RUN, BACK_OFF))
