"""OpenFisca's own web API with its country template: the yardstick for one JSON answer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.servers import free_port, running

PATH = "/calculate"
# The template's own `situation_examples/single.json`, the household of `benchmarks.rules`: what one
# person without a salary has to live on in a month.
BODY = json.dumps(
    {
        "persons": {"Alicia": {"birth": {"2017-01": None}}},
        "households": {"_": {"adults": ["Alicia"], "disposable_income": {"2017-01": None}}},
    }
)


@contextmanager
def serving(python: str) -> Iterator[int]:
    """Serve `openfisca serve` with one worker; give its port."""
    port = free_port()
    openfisca = str(Path(python).with_name("openfisca"))
    command = [openfisca, "serve", "--country-package", "openfisca_country_template"]
    command += ["--port", str(port), "--workers", "1"]
    with running(command, port, Path(python).parent, {"PATH": str(Path(python).parent)}):
        yield port
