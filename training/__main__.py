"""The workshop's command line: ``python -m training build | train | evaluate | export``."""

from __future__ import annotations

import sys

from training.commands import main

sys.exit(main())
