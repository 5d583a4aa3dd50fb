"""Which rules are asked why a container cannot be created or started."""

from kure.domain.diagnosis.group import Group
from kure.domain.diagnosis.starts.hooks import failed_start_hook
from kure.domain.diagnosis.starts.mounts import wants_mounts
from kure.domain.diagnosis.starts.refused import refused, start_error
from kure.domain.diagnosis.starts.settings import missing_setting, wants_settings
from kure.domain.failures.model import FailureClass

RULES = {
    FailureClass.CONFIG_ERROR: Group(
        specific=(missing_setting,),
        general=(refused,),
        wants=(wants_settings,),
    ),
    FailureClass.CREATE_ERROR: Group(
        specific=(failed_start_hook,),
        general=(refused,),
        wants=(wants_mounts,),
    ),
    FailureClass.START_ERROR: Group(
        specific=(failed_start_hook,),
        general=(start_error,),
        wants=(wants_mounts,),
    ),
}
