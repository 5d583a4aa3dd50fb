"""What a runtime says when it cannot start a container's program, as rows of group B."""

from kure.domain.diagnosis.messages import MessageRule
from kure.domain.diagnosis.model import Confidence

START_RULES = (
    MessageRule(
        rule="B11",
        pattern=r"exec:? \"?(?P<program>[^\":]+)\"?: permission denied"
        r"|exec:? \"?(?P<directory>[^\":]+)\"?: is a directory",
        title='{container}: "{program}{directory}" cannot be executed',
        explanation="{container} was to run {program}{directory}, which is in the image but is no "
        "program, or has no execute permission.",
        fix="Give the file the execute permission in the image (`chmod +x`), or correct the "
        "container's command.",
    ),
    MessageRule(
        rule="B10",
        pattern=r"exec:? \"?(?P<program>[^\":]+)\"?: (?:executable file not found"
        r"|stat .*no such file or directory|no such file or directory)",
        title='{container}: the command "{program}" is not in the image',
        explanation="{container} was to run {program}, and there is no such program in "
        "{image}. Where the file does exist, the interpreter of its first line (`#!`) or its "
        "loader is missing.",
        fix="Correct the container's command, or install {program} in the image.",
    ),
)

# Where the runtime's words are not known: they are all there is to say.
START_UNKNOWN = MessageRule(
    rule="B00",
    title="{container} cannot be started",
    explanation="The runtime says: {message}",
    fix="Read the message: it names what in the container's settings the runtime refuses.",
    confidence=Confidence.SYMPTOM,
)
