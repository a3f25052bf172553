"""README's first Python block runs as it stands."""

import contextlib
import io
import runpy

printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    runpy.run_path("snippet.py")
assert printed.getvalue() == "welcome; hash it anew: False\n", printed.getvalue()
