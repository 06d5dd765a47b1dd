"""JSON in DBOS's tables: the default is pickle, which runs code for whoever can write the file."""

import json
from typing import Any

from dbos import Serializer

_ERROR = "__error__"


class JsonSerializer(Serializer):
    """Plain data both ways; an error becomes its type's name and its text."""

    def serialize(self, data: Any) -> str:
        """One line of JSON; what JSON does not know (a schedule's time) becomes text."""
        if isinstance(data, BaseException):
            data = {_ERROR: [type(data).__name__, str(data)[:2000]]}
        return json.dumps(data, separators=(",", ":"), default=str)

    def deserialize(self, serialized_data: str) -> Any:
        """The data; a kept error comes back as RuntimeError."""
        data = json.loads(serialized_data)
        if isinstance(data, dict) and _ERROR in data:
            return RuntimeError(": ".join(data[_ERROR]))
        return data

    def name(self) -> str:
        """How rows name it."""
        return "selfheal_json"
