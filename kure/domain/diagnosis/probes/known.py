"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

KNOWN: tuple[Known, ...] = (
    Known(
        rule="E01",
        name="Restarted by its liveness probe",
        means="The kubelet kills the container again and again because its liveness probe fails, "
        "and what the probe was answered does not tell why.",
        looks_at="The event `Killing` (`failed liveness probe, will be restarted`) of the run that "
        "ended, and `Unhealthy`.",
        fix="Find out why the probe fails; raise `timeoutSeconds` or `failureThreshold` if the "
        "program only needs longer.",
    ),
    Known(
        rule="E02",
        name="Never ready",
        means="A container runs and its readiness probe does not pass; what it was answered is "
        "not known, or says nothing that a rule knows.",
        looks_at="The probe in the pod's spec, and `Unhealthy` events, of which there may be none "
        "left.",
        fix="Ask the program what the probe asks it, from inside the pod, and read its log.",
    ),
    Known(
        rule="E03",
        name="Startup probe does not pass in time",
        means="The program does not start within `failureThreshold` times `periodSeconds` of its "
        "startup probe, or the probe's command never succeeds, and it is killed.",
        looks_at="The event `Killing` (`failed startup probe`), how long the last run was, and its "
        "log.",
        fix="Raise `failureThreshold`. Proposed where it runs until the first moment at which the "
        "probe may end it and nothing else is wrong: five minutes, or three times as long as now.",
    ),
    Known(
        rule="E04",
        name="Probe asks the wrong port or host",
        means="Nothing listens where the probe asks: another port, a port's name that the "
        "container does not declare, another host, or a program that listens on its loopback only.",
        looks_at="`connection refused` in `Unhealthy`, compared with the port that the log names, "
        "the command line, the environment (`PORT`), other probes that pass, and the ports that "
        "the container declares.",
        fix="Set the probe's port to the one that is listened on; proposed where there is one.",
    ),
    Known(
        rule="E05",
        name="Probe asks for a path that does not exist",
        means="The server answers 404 to the probe's path.",
        looks_at="`statuscode: 404` in `Unhealthy`, other probes of the container that pass, and "
        "health paths that its log names.",
        fix="Correct the path; proposed where another probe passes or the log names one path.",
    ),
    Known(
        rule="E06",
        name="Program says that it is not well",
        means="The probe is answered with an error (5xx, 4xx), or the connection is cut off.",
        looks_at="The status in `Unhealthy`, and what the log complains of last.",
        fix="Mend what the program complains of; the probe only tells of it.",
    ),
    Known(
        rule="E07",
        name="Probe gets no answer in time",
        means="The program takes longer than `timeoutSeconds`, or packets to the pod are dropped.",
        looks_at="`Client.Timeout exceeded`, `timed out`, `i/o timeout` in `Unhealthy`; "
        "`timeoutSeconds`; the CPU limit.",
        fix="Raise `timeoutSeconds` (proposed: 5 s where it is less), or find what it waits for.",
    ),
    Known(
        rule="E08",
        name="Probe's command fails",
        means="The command of an exec probe is not in the image, may not be run, or ends with an "
        "error (of a startup probe that is E03).",
        looks_at="`executable file not found`, `not found`, `permission denied` or the command's "
        "own words in `Unhealthy`.",
        fix="Use a command that the image has. Proposed: `sh` for `bash`, and an httpGet probe for "
        "a curl or wget of the container's own port.",
    ),
    Known(
        rule="E09",
        name="Probe speaks the wrong protocol",
        means="HTTPS is asked of a server for HTTP, HTTP of one for TLS, HTTP of one for gRPC, or "
        "gRPC of one for HTTP.",
        looks_at="`server gave HTTP response to HTTPS client`, `malformed HTTP response`, and 400 "
        "on a port that is one for TLS.",
        fix="Set the probe's `scheme`; proposed where the answer tells it.",
    ),
    Known(
        rule="E10",
        name="gRPC health check fails",
        means="The gRPC server says that it does not serve, has no health service, does not know "
        "the service that the probe names, or no gRPC connection comes about.",
        looks_at="The words of the answer in `Unhealthy`.",
        fix="Register the health service. Proposed: a tcpSocket probe where there is none, no "
        "`service` where it is unknown.",
    ),
    Known(
        rule="E11",
        name="Killed while it still starts",
        means="A liveness probe without a startup probe kills the program before it has started.",
        looks_at="How long the last run was, against what the probe allows; a log that was still "
        "busy with the start; the right port refusing connections.",
        fix="Add a startupProbe; one of five minutes is proposed.",
    ),
    Known(
        rule="E12",
        name="Readiness gate not passed",
        means="All containers are ready, and a condition that `readinessGates` names is not True.",
        looks_at="`spec.readinessGates` and the pod's conditions.",
        fix="See why its controller does not set it; a gate that nobody sets is proposed to be "
        "taken out.",
    ),
)
