"""OpenFisca's own web API with its country template: the yardstick for one JSON answer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.servers import free_port, running

PATH = "/calculate"
# One person, one month: the example of the template's own documentation, with nothing left out.
BODY = json.dumps(
    {
        "persons": {"one": {"salary": {"2017-01": 2000}, "income_tax": {"2017-01": None}}},
        "households": {"home": {"adults": ["one"]}},
    }
)


@contextmanager
def serving(python: str) -> Iterator[int]:
    """Serve `openfisca serve` with two workers; give its port."""
    port = free_port()
    openfisca = str(Path(python).with_name("openfisca"))
    command = [openfisca, "serve", "--country-package", "openfisca_country_template"]
    command += ["--port", str(port), "--workers", "2"]
    with running(command, port, Path(python).parent, {"PATH": str(Path(python).parent)}):
        yield port
