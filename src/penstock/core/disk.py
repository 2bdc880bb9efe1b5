"""What a disk refuses and a user can mend, whichever file of the workspace it hits."""

from __future__ import annotations

import errno

MINE = "give yourself the right to it, then run the same again"
PLACE = "move away what stands in its place, then run the same again"
ROOM = "make room on that disk, then run the same again: what had ended is kept"
# What a user mends, whichever file of the workspace it hits.
OF_THE_DISK = {
    errno.EACCES: MINE,
    errno.EPERM: MINE,
    errno.EROFS: "run where the workspace may be written to",
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EEXIST: PLACE,
    errno.ENOTDIR: PLACE,
    errno.EISDIR: PLACE,
}


def said_of_disk(error: OSError) -> str | None:
    """The message for a user, which ends in the fix; None where `error` is a mistake of ours."""
    if error.errno not in OF_THE_DISK:
        return None
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror}\n  fix: {OF_THE_DISK[error.errno]}"
