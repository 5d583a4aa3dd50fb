"""Secrets out of logs, events and manifests, before anything is stored, shown or sent.

`Redactor` does it; `redact_document` takes a whole file. How it is cut: marks.py (placeholders),
names.py and values.py (which keys tell, which values hide), env.py (literal variables), the rules for
text (shapes, addresses, pairs, blocks, assignments, headers, shell, encoded, pem: text.py runs them),
manifest.py and document.py (objects), known.py (values found elsewhere).
"""

from kure.domain.redact.marks import KINDS, PLACEHOLDER
from kure.domain.redact.redactor import Redactor, redact_document

__all__ = ["KINDS", "PLACEHOLDER", "Redactor", "redact_document"]
