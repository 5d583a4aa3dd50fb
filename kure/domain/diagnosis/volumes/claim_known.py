"""What the rules of claims tell, for people."""

from kure.domain.diagnosis.known import Known

KNOWN: tuple[Known, ...] = (
    Known(
        rule="F20",
        name="Node of the pod does not exist",
        means="The pod template says on which node the pod runs, and there is no such node.",
        looks_at="`spec.nodeName` of the pod, and the cluster's nodes.",
        fix="Leave `nodeName` out, so that the scheduler finds a node.",
    ),
    Known(
        rule="G10",
        name="StorageClass missing",
        means="The claim names a StorageClass that the cluster does not have.",
        looks_at="The claim's `ProvisioningFailed` event or its `storageClassName`; the cluster's "
        "StorageClasses, for a name much alike and for the default.",
        fix="Make the claim again with a class that is there, or make the class.",
    ),
    Known(
        rule="G11",
        name="No volume to bind",
        means="Nobody makes a volume for the claim, and none of those that are there fits it.",
        looks_at="The claim's class, size, access mode, selector and `volumeName`, compared with "
        "each PersistentVolume; whether a StorageClass is the default.",
        fix="Make a PersistentVolume that fits, name a StorageClass, or change the one thing of "
        "the claim in which it differs.",
    ),
    Known(
        rule="G12",
        name="Claim waits for its first pod",
        means="The StorageClass makes a volume only where a pod needs it. No fault by itself.",
        looks_at="`volumeBindingMode` of the StorageClass, and the pods that mount the claim.",
        fix="Nothing, unless a pod should be using it.",
    ),
    Known(
        rule="G13",
        name="Provisioner does not answer",
        means="The program that should make the volume is not installed or does not run.",
        looks_at="The claim's `ExternalProvisioning` event, the cluster's CSI drivers.",
        fix="Install or restart the provisioner, or use another StorageClass.",
    ),
    Known(
        rule="G14",
        name="Provisioner reports an error",
        means="The storage refused to make the volume: no room, no right, an access mode, zone or "
        "parameter that it does not have.",
        looks_at="The message of the claim's `ProvisioningFailed` event.",
        fix="What the message names; by kind of refusal.",
    ),
    Known(
        rule="G15",
        name="Claim lost its volume",
        means="The PersistentVolume that the claim was bound to is gone or is another's.",
        looks_at="`status.phase` Lost and `spec.volumeName`; the PersistentVolumes.",
        fix="Make the volume again from its storage or a backup, and the claim anew.",
    ),
    Known(
        rule="G16",
        name="Volume still belongs to a claim that is gone",
        means="A PersistentVolume would fit the claim but is Released or Failed.",
        looks_at="`status.phase` and `spec.claimRef` of the PersistentVolumes.",
        fix="Take the `claimRef` off the volume if its data may be used, or make another.",
    ),
    Known(
        rule="G17",
        name="Claim is not enlarged",
        means="A claim asks for more than its volume has, and that cannot be made larger.",
        looks_at="The conditions `ControllerResizeError`, `NodeResizeError`, `Resizing` and "
        "`FileSystemResizePending` of the claim, with the event `VolumeResizeFailed` or "
        "`FileSystemResizeFailed`.",
        fix="Mend what the message names.",
    ),
)
