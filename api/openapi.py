"""Print the API's OpenAPI document: `python -m api.openapi > frontend/openapi.json`."""

import json
import sys
import tempfile
from pathlib import Path

from api.main import create_app
from kure.settings import Settings

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder)))
    sys.stdout.write(json.dumps(app.openapi(), indent=2, sort_keys=True) + "\n")
