"""getFile; the download itself is in `sandbox.bot_api`."""

from typing import Any

from sandbox.api.attachments import known_file
from sandbox.api.registry import Call, method
from sandbox.errors import bad_request

DOWNLOAD_BYTES = 20 * 2**20  # Client.cpp, MAX_DOWNLOAD_FILE_SIZE


@method("getFile")
async def get_file(call: Call) -> dict[str, Any]:
    file_id = call.parameters.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = known_file(call, file_id)
    if stored.size > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {**stored.to_json(), "file_path": stored.path}
