"""``python -m bot run`` as it is, save that Discord is a stand-in and the model may be scripted."""

from __future__ import annotations

import argparse
import sys

from bot import __main__, bootstrap
from tests.wire.paced_model import PacedModel
from tests.wire.redirect import redirect


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True, help="of the stand-in")
    parser.add_argument("--scripted-delay", type=float, help="seconds a scripted reply takes")
    options = parser.parse_args()
    redirect(options.address)
    if options.scripted_delay is not None:
        delay_s: float = options.scripted_delay
        setattr(bootstrap, "load_model", lambda _: PacedModel(delay_s=delay_s))  # noqa: B010  # mypy would refuse a function of another signature
    return __main__.main(["run"])


if __name__ == "__main__":
    sys.exit(main())
