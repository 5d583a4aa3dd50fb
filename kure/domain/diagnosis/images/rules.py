"""Which rules are asked why an image cannot be had."""

from kure.domain.diagnosis.group import Group
from kure.domain.diagnosis.images.pull import image_pull, wants_pull
from kure.domain.failures.model import FailureClass

RULES = {
    FailureClass.IMAGE_PULL: Group(specific=(image_pull,), wants=(wants_pull,)),
}
