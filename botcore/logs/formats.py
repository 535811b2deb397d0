"""How a record becomes a line: JSON for machines, console for eyes."""

import json
import logging

from botcore.logs.schema import Fields, context_of, exception_of, filled_text, line_of, time_of

# Of no use to who reads along: the logger tells the action, and the others are for machines.
NOT_FOR_EYES = frozenset({"action", "trace_id", "request_id", "attempt"})
# What a terminal would obey, or could take for another line.
_CONTROLS = {number: f"\\x{number:02x}" for number in (*range(32), *range(127, 160)) if chr(number) not in "\n\t"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line, as the schema says."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps(line_of(record), ensure_ascii=False, default=str)


class ConsoleFormatter(logging.Formatter):
    """The same for human eyes: `21:04:05 INFO    botcore.bot: message  key=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback below it."""
        context = context_of(record)
        text = f"{time_of(record):%H:%M:%S} {record.levelname:7} {record.name}: {filled_text(record)}{_fields(context)}"
        if exception := exception_of(record):
            text = f"{text}\n{exception}"
        return text.translate(_CONTROLS)


def _fields(context: Fields) -> str:
    return "".join(f"  {name}={value}" for name, value in context.items() if name not in NOT_FOR_EYES)
