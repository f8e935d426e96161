"""The same bot on a simulated Discord in the browser, to try it before there is a token."""

from bot.demo.session import run_demo

__all__ = ["run_demo"]
