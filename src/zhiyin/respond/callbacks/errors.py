"""What can go wrong with call-backs."""

from __future__ import annotations

from zhiyin.errors import Conflict, NotFound


class CallBackNotFound(NotFound):
    """No such call-back, or none that the asker may see."""

    def __init__(self) -> None:
        super().__init__("There is no such call-back.", next_step="Look at the list.")


class CallBackChanged(Conflict):
    """Somebody changed it since the asker looked."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this call-back in the meantime.",
            next_step="Look at how it stands now, then do it again.",
        )


class CallBackOver(Conflict):
    """It is done or cancelled, so that this step cannot be taken."""

    def __init__(self) -> None:
        super().__init__("This call-back is over.", next_step="Promise another one.")


class CallBackTwice(Conflict):
    """The customer of the case is to be called at that very time already."""

    def __init__(self) -> None:
        super().__init__(
            "A call-back at this time is promised already.",
            next_step="Choose another time, or keep that one.",
        )
