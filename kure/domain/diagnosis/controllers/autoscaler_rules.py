"""What the controller of HorizontalPodAutoscalers says of metrics that it cannot get, as rows.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/podautoscaler
"""

from kure.domain.diagnosis.messages import MessageRule
from kure.domain.diagnosis.model import Confidence

NO_METRICS = (
    MessageRule(
        rule="K14",
        pattern=r"resource metrics API: .{0,200}(?:could not find the requested resource"
        r"|no matches for kind)",
        title="The cluster has no metrics API, which {subject} needs",
        explanation="Nothing serves metrics.k8s.io: metrics-server is not installed, or its "
        "APIService is missing. The number of pods of {target} stays as it is.",
        fix="Install metrics-server (or what serves metrics.k8s.io in its place); `kubectl top "
        "pods` shows when it answers.",
    ),
    MessageRule(
        rule="K14",
        pattern=r"(?:resource metrics API|metrics\.k8s\.io).{0,300}(?:currently unable to handle"
        r"|service unavailable|no endpoints|connection refused|x509|timeout|deadline exceeded)",
        title="The metrics API does not answer {subject}",
        explanation="metrics.k8s.io is registered, and what serves it (metrics-server, nearly "
        "always in kube-system) does not answer: {message}",
        fix="Look at the APIService v1beta1.metrics.k8s.io and at the pods of metrics-server.",
    ),
    MessageRule(
        rule="K14",
        pattern=r"resource metrics API: .{0,300}is forbidden",
        title="{subject} may not read metrics",
        explanation="The metrics API refuses the controller: {message}",
        fix="Give system:serviceaccount:kube-system:horizontal-pod-autoscaler the right to read "
        "pods.metrics.k8s.io (ClusterRole system:controller:horizontal-pod-autoscaler).",
    ),
    MessageRule(
        rule="K14",
        pattern=r"pods might be unready|no ready pods|did not receive metrics for any ready pods",
        title="No pod of {target} is ready, so {subject} has nothing to measure",
        explanation="The metrics API answers; metrics of pods that are not ready do not count.",
        fix="Mend what keeps the pods of {target} from being ready.",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="K14",
        pattern=r"no metrics returned from resource metrics API"
        r"|did not receive metrics for targeted pods|metrics not available yet",
        title="The metrics API has no metrics of the pods of {target}",
        explanation="It answers, and knows nothing of these pods: none of them runs, they run for "
        "less than a minute, or metrics-server cannot ask the kubelet of their node.",
        fix="See whether {target} has running pods; if `kubectl top pods` does not show them, read "
        "the log of metrics-server (often: the kubelet's certificate is not accepted).",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="K14",
        pattern=r"no custom metrics API|custom metrics API: .{0,200}(?:could not find the requested"
        r"|no matches)|the server could not find the (?:requested resource|metric) .{0,300}",
        title="The metric that {subject} scales by is not there",
        explanation="Nothing serves it to the controller: {message}",
        fix="Install the adapter that serves custom or external metrics (prometheus-adapter, "
        "KEDA), or correct the name of the metric in spec.metrics.",
    ),
    MessageRule(
        rule="K14",
        pattern=r"external metrics API|no external metrics returned|unable to get external metric"
        r"|no metrics returned from (?:custom|external) metrics API"
        r"|unable to get metric .{0,200}custom metrics API",
        title="The metric that {subject} scales by has no value",
        explanation="The controller asked for it and got none: {message}",
        fix="Correct the name and selector of the metric in spec.metrics, or mend the adapter that "
        "serves it.",
        confidence=Confidence.LIKELY,
    ),
)
