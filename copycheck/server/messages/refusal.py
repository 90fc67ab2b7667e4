"""What cannot be done, as the answer to a request."""

from __future__ import annotations

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from copycheck.model.errors import CopycheckError


def refused(error: CopycheckError) -> JsonRpcException:
    """The answer to a request that cannot be met: what the error says."""
    return JsonRpcException(str(error), code=types.LSPErrorCodes.RequestFailed.value)
