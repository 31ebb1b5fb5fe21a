"""Pages of the tasks, which open in a browser."""

from pathlib import Path

from nn import Recording
from tasks.support.errors import UserError
from tasks.support.pictures import make_folder, written


def save_training(path: Path, recording: Recording) -> None:
    """Saves the page that shows a training, epoch by epoch. The folder of `path` is made when it is missing.

    Args:
        path: Where to save; its name ends in `.html`.
        recording: What `nn.watch` recorded.

    Raises:
        UserError: The file can't be written there.
    """
    make_folder(path.parent)
    try:
        recording.save(path)
    except OSError as error:
        raise UserError(f"cannot write the page {path}: {error.strerror or error}") from error
    written.append(path)
