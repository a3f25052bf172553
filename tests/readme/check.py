"""README's Python block that checks a password runs as it stands."""

import contextlib
import io
import runpy

printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    runpy.run_path("snippet.py")
assert printed.getvalue() == "1 has to have at least 15 characters\n", printed.getvalue()
