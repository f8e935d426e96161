"""How a run looks in the terminal: one bar, and a line at each check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress as Bar, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from training.checkpoint import Progress

_LOG_EVERY = 200


class ConsoleWatcher:
    """Shows a training run; into a file it writes a line now and then instead of a bar."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._bar = Bar(
            TextColumn("training"),
            BarColumn(),
            TextColumn("{task.percentage:>5.1f}%  {task.description}"),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=1.0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def stepped(self, progress: Progress, *, done: float, loss: float) -> None:
        """Move the bar on."""
        text = f"step {progress.step}, loss {loss:.3f}"
        self._bar.update(self._task, completed=done, description=text)
        if not self._console.is_terminal and progress.step % _LOG_EVERY == 0:
            self._console.print(f"{progress.elapsed_s / 60:.1f} min, {text}")

    def checked(self, progress: Progress, *, loss: float) -> None:
        """Print the held-out loss."""
        mark = " (best)" if progress.stale == 0 else ""
        minutes = progress.elapsed_s / 60
        line = f"check: {minutes:.1f} min, step {progress.step}, held-out loss {loss:.4f}{mark}"
        self._console.print(line)
