"""What happens to likenesses. Callers write `cameos.actions.borrow(…)`."""

from cameos.actions.capturing import (
    CameoExistsError,
    CaptureLockedError,
    CaptureRefusedError,
    ConsentMissingError,
    start_capture,
    submit_capture,
)
from cameos.actions.ending import (
    delete_expired_captures,
    erase,
    pause,
    resume,
    revoke,
)
from cameos.actions.lending import (
    CameoNotLentError,
    borrow,
    check_still_lent,
    end_loan,
    lend,
    set_terms,
    tell_owners_of_use,
)
from cameos.actions.receipts import public_key_pem, verify_receipts
from cameos.actions.ruling import CameoSubject
from cameos.actions.sealing import unsealed, unsealed_file

__all__ = [
    "CameoExistsError",
    "CameoNotLentError",
    "CameoSubject",
    "CaptureLockedError",
    "CaptureRefusedError",
    "ConsentMissingError",
    "borrow",
    "check_still_lent",
    "delete_expired_captures",
    "end_loan",
    "erase",
    "lend",
    "pause",
    "public_key_pem",
    "resume",
    "revoke",
    "set_terms",
    "start_capture",
    "submit_capture",
    "tell_owners_of_use",
    "unsealed",
    "unsealed_file",
    "verify_receipts",
]
