"""What exit codes mean, as rows. Codes above 128 are 128 and the number of the signal that ended
the program (https://tldp.org/LDP/abs/html/exitcodes.html)."""

from dataclasses import dataclass

from kure.domain.diagnosis.model import Confidence


@dataclass(frozen=True)
class ExitCode:
    """`meaning` is said after `Exit code 139: `; `fix` is for when nothing tells more.

    `own`: the program ended by itself, so that the last lines of its log may say why. `silent`:
    without a log nothing at all is known of the reason.
    """

    rule: str
    meaning: str
    fix: str
    own: bool = True
    silent: bool = False
    confidence: Confidence = Confidence.LIKELY
    title: str = "{container} exits with code {code}"


READ_THE_LOG = "Mend what the last lines of the log complain of."
NATIVE = (
    "This is a fault in native code: look for a core dump, for a library that does not fit the "
    "image, and for what was changed in the last version."
)
STOPPED = (
    "Find who stopped it: a liveness probe, a rollout, a node being drained, or the program "
    "itself. A main process that ends on SIGTERM is restarted."
)

EXIT_CODES = {
    0: ExitCode(
        "C11",
        "the program finished without an error, and restartPolicy Always starts it again. A "
        "Deployment, StatefulSet or DaemonSet expects programs that do not end",
        "If it is meant to end, run it as a Job or CronJob. If it is a server, keep it in the "
        "foreground: a command that forks into the background ends the container.",
        own=False,
        confidence=Confidence.DEFINITIVE,
        title="{container} finishes and is started again and again (exit code {code})",
    ),
    1: ExitCode("C07", "the program ended with an error of its own", READ_THE_LOG, silent=True),
    2: ExitCode(
        "C08",
        "a shell or the program itself did not understand how it was called",
        "Check the container's command and args, and the script that they run. " + READ_THE_LOG,
        silent=True,
    ),
    126: ExitCode(
        "C09",
        "a shell found the command but could not execute it: no execute permission, or not a "
        "program",
        "Give the file the execute permission in the image (`chmod +x`), or name a program.",
    ),
    127: ExitCode(
        "C09",
        "a shell did not find the command",
        "Correct the command, or install the program in the image and put it in PATH.",
    ),
    130: ExitCode(
        "C06", "interrupted (SIGINT)", "Find what sends SIGINT; Kubernetes sends SIGTERM."
    ),
    132: ExitCode(
        "C05",
        "illegal instruction (SIGILL): the program needs a processor feature that the node does "
        "not have, or is made for another architecture",
        "Build it for the processors of your nodes, or keep the pod on nodes that have them.",
    ),
    134: ExitCode(
        "C05", "the program gave up by itself (SIGABRT): an assertion, or a fatal error", NATIVE
    ),
    135: ExitCode("C05", "bus error (SIGBUS): a bad or truncated mapped file or memory", NATIVE),
    136: ExitCode("C05", "arithmetic error (SIGFPE), such as a division by zero", NATIVE),
    137: ExitCode(
        "C03",
        "killed (SIGKILL), and not for its memory limit: Kubernetes would say OOMKilled",
        "Find who sends SIGKILL: a failing liveness probe, a program that does not stop within "
        "terminationGracePeriodSeconds, the node's own out-of-memory killer, or a person.",
        own=False,
        confidence=Confidence.SYMPTOM,
        title="{container} is killed, and nothing says by whom (exit code {code})",
    ),
    139: ExitCode("C05", "segmentation fault (SIGSEGV): memory that is not its own", NATIVE),
    141: ExitCode(
        "C06",
        "broken pipe (SIGPIPE): it wrote to a connection or pipe that was closed",
        "Handle SIGPIPE or the write error; see who closes the other end.",
    ),
    143: ExitCode(
        "C04",
        "asked to stop (SIGTERM)",
        STOPPED,
        own=False,
        confidence=Confidence.SYMPTOM,
        title="{container} is asked to stop, and nothing says by whom (exit code {code})",
    ),
    255: ExitCode(
        "C10",
        "an exit code out of range (often -1): the program ended with an error of its own",
        READ_THE_LOG,
        silent=True,
    ),
}

SIGNALS = {1: "SIGHUP", 3: "SIGQUIT", 5: "SIGTRAP", 10: "SIGUSR1", 12: "SIGUSR2", 14: "SIGALRM"}


def exit_code(code: int) -> ExitCode:
    """What is known of the code; any other one is the program's own."""
    if code in EXIT_CODES:
        return EXIT_CODES[code]
    if 128 < code <= 128 + 64:
        number = code - 128
        signal = SIGNALS.get(number, f"signal {number}")
        return ExitCode("C07", f"ended by {signal}", f"Find who sends {signal}.")
    own = "the program ended with an error code of its own; its documentation says what it means"
    return ExitCode("C07", own, READ_THE_LOG, silent=True)
