"""Secrets out of logs, events and manifests, before anything is stored, shown or sent.

`Redactor` does it; `redact_document` takes a whole file. How it is cut:

- marks.py: placeholders; names.py, values.py: which keys tell, which values hide; env.py: literal
  environment variables;
- text.py runs the rules for text: pem, shapes, addresses, pairs, blocks, assignments (with scan and
  headers), shell, encoded;
- manifest.py (with commands.py) walks objects, document.py finds them in strings and files;
- known.py: what one object gives away is hidden in other texts too.
"""

from kure.domain.redact.marks import KINDS, PLACEHOLDER
from kure.domain.redact.redactor import Redactor, redact_document

__all__ = ["KINDS", "PLACEHOLDER", "Redactor", "redact_document"]
