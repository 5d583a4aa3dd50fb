"""Something that the program is made of is not in the image: C16."""

from kure.domain.diagnosis.crashes.logs import spec
from kure.domain.diagnosis.crashes.logs.hidden import uncovered
from kure.domain.diagnosis.crashes.logs.row import Detail, Groups, LogRow, reads
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.log_signals import Signal


def _hidden(case: Case, signal: Signal, groups: Groups) -> Detail:
    """A volume over the folder of the image hides what the image has there."""
    name = groups.get("name", "")
    mount = spec.mount_of(case, name) if name.startswith("/") else None
    if mount is None:
        folder = _folder_of_main(case)
        mount = spec.mount_of(case, folder) if folder else None
    if mount is None or mount.sub_path:
        return Detail()
    told = f"{mount.told} is mounted at {mount.path} and hides what the image has there."
    return Detail(
        says=told[0].upper() + told[1:],
        evidence=(mount.evidence(case),),
        fix=f'Mount volume "{mount.volume}" elsewhere than at {mount.path}, or put there what the '
        "program needs.",
        patch=uncovered(case, mount),
    )


def _folder_of_main(case: Case) -> str:
    working = spec.spec_of(case).get("workingDir")
    return working if isinstance(working, str) and working.startswith("/") else ""


LIBRARY = LogRow(
    rule="C16",
    hints=("shared librar", "shared object", "glibc", "error relocating", "dlopen"),
    pattern=r"error loading shared library (?P<name>[^\s:,]{1,200})|error while loading shared "
    r"libraries: (?P<name2>[^\s:,]{1,200})"
    r"|(?P<name3>[\w.+-]{1,200}\.so[\w.]{0,20}): cannot open shared object|version [`'\"]?"
    r"(?P<name4>(?:GLIBC|GLIBCXX|CXXABI)_[\d.]{1,12})'? not found|error relocating "
    r"(?P<name5>[^\s:]{1,200})",
    title='{container}: the library "{name}" is missing in the image',
    explanation="The program is linked with a library that {image} does not have, or has in a "
    "version that does not fit (a program made for glibc in an Alpine image, or for a newer "
    "distribution).",
    fix="Install the library in the image, build the program in the distribution that it runs in, "
    "or link it statically.",
)

MAIN_CLASS = LogRow(
    rule="C16",
    hints=("main class",),
    pattern=r"could not find or load main class (?P<name>[\w.$/-]{1,200})",
    title='{container}: Java does not find the main class "{name}"',
    explanation="The class is not in the jars or folders of its class path.",
    fix="Correct the name of the class or the class path (-cp) in the container's command, or "
    "build the image with it.",
    detail=_hidden,
)

MODULE = LogRow(
    rule="C16",
    hints=("module", "package", "import", "classnotfound", "noclassdef", "cannot load such file",
           "could not load file or assembly", "can't locate", "failed opening required", "gem"),
    pattern=r"no module named '?\"?(?P<name>[\w.-]{1,200})"
    r"|ImportError: (?P<name2>cannot import name '[\w.]{1,100}'[^\n(]{0,150})"
    r"|cannot find (?:module|package) '(?P<name3>[^'\n]{1,300})'"
    r"|(?:ClassNotFoundException|NoClassDefFoundError): (?P<name4>[\w.$/]{1,300})"
    r"|cannot load such file -- (?P<name5>[^\s(]{1,200})"
    r"|could not load file or assembly '(?P<name6>[^,'\n]{1,200})"
    r"|can't locate (?P<name7>[\w/:.]{1,200}) in @INC"
    r"|failed opening required '(?P<name8>[^'\n]{1,300})'"
    r"|could not find gem '(?P<name9>[^'\n]{1,100})'"
    r"|could not find (?P<name10>[\w.-]{1,80}) in any "
    r"of the (?:gem )?sources",
    title="{container}: the module "
    '"{name}" is not in the image',
    explanation="The program asks for it when it starts, and {image} does not have it where the "
    "program looks.",
    fix="Install it when the image is built (requirements.txt, package.json, pom.xml …), or "
    "correct its name or the container's command.",
    detail=_hidden,
)  # fmt: skip

RULE = reads(LIBRARY, MAIN_CLASS, MODULE)
