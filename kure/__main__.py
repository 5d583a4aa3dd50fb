"""`python -m kure` is the command `kure`."""

from kure.cli import app

app(prog_name="kure")
