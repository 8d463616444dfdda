"""From a fitted pipeline to a PMML file with the same bytes in every run."""

import contextlib
import io
import os
import re
import tempfile
from pathlib import Path

from sklearn2pmml import sklearn2pmml


def export(pipeline, path: Path):
    """Write pipeline as PMML. The time of the export is taken out of the header: it is the only thing that changes."""
    with tempfile.TemporaryDirectory() as folder:
        draft = os.path.join(folder, "model.pmml")
        with contextlib.redirect_stdout(io.StringIO()):
            sklearn2pmml(pipeline, draft, debug=False)
        text = Path(draft).read_text(encoding="utf-8")
    text, found = re.subn(r"\s*<Timestamp>[^<]*</Timestamp>", "", text)
    assert found == 1, "the exporter has changed its header"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
