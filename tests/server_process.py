"""A real server as a process that a test may stop, kill, and let hang."""

import signal
import subprocess
import threading
from collections.abc import Callable, Sequence


class ServerProcess:
    """A server that says on its standard error when it listens; ``log`` is what it said there."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._drain: threading.Thread | None = None

    def launch(self, command: Sequence[str], listens: Callable[[str], bool]) -> None:
        """Start it and return once a line says that it listens."""
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        stderr = self._process.stderr
        assert stderr
        for line in stderr:
            self.log.append(line)
            if listens(line):
                break
        else:
            raise RuntimeError(f"{command[0]} did not start: " + "".join(self.log[-5:]))
        self._drain = threading.Thread(target=self.log.extend, args=(stderr,), daemon=True)
        self._drain.start()

    def stop(self) -> None:
        """End it the way systemd would; what it saved is there for the next start."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would; what it did not save is gone."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Let it hang: connections stay open or are taken, and nothing is answered."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after ``pause``."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.send_signal(signal.SIGCONT)
        self._process.wait(timeout=10)
        assert self._drain
        self._drain.join(timeout=10)
        assert self._process.stderr
        self._process.stderr.close()
        self._process = None
