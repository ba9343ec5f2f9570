"""The one way a paper file is written: keys in the order of the model, long text folded, short lists on one line."""

from __future__ import annotations

import re
from typing import Any

import yaml
from pydantic import BaseModel

from generator.catalog.models import Paper

WIDTH = 100


class _Quoted(str):
    """A text to be written in double quotes."""


class _Folded(str):
    """A text to be written as a folded block."""


class _Flow(list[Any]):
    """A list to be written on one line, if it fits."""


class _FlowMapping(dict[str, Any]):
    """A mapping to be written on one line, if it fits."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base class names it
        return True


_Dumper.add_representer(
    _Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')
)
_Dumper.add_representer(
    _Folded, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=">")
)
_Dumper.add_representer(
    _Flow, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)
)
_Dumper.add_representer(
    _FlowMapping, lambda dumper, items: dumper.represent_mapping("tag:yaml.org,2002:map", items, flow_style=True)
)


def paper_data(paper: Paper) -> dict[str, Any]:
    """A paper as plain values in the order of the model; what is unknown is left out."""
    data = _plain(paper)
    assert isinstance(data, dict)
    return data


def paper_yaml(paper: Paper) -> str:
    """The text of a paper's file. Its id is the file's name, so it is not repeated."""
    values = {name: _styled(name, value) for name, value in paper_data(paper).items() if name != "id"}
    text = yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return text if isinstance(text, str) else str(text, "utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        known = (
            (name, inner)
            for name, inner in value
            if inner != fields[name].get_default(call_default_factory=True, validated_data={})
        )
        return {fields[name].alias or name: _plain(inner) for name, inner in known}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, int) else str(value)


def _styled(name: str, value: Any) -> Any:
    if name == "title":
        return _Quoted(value) if len(value) < WIDTH - len('title: ""') else _Folded(value + "\n")
    if name == "arxiv":
        return _Quoted(value)
    if name == "abstract":
        return _Folded(value + "\n")
    if name == "authors":
        return _Flow(author["name"] if set(author) == {"name"} else _FlowMapping(author) for author in value)
    if name in {"categories", "tags", "aliases"}:
        return _Flow(value)
    if name == "summary":
        return {"text": _Folded(value["text"] + "\n"), "by": value["by"]}
    if name == "venue":
        return _FlowMapping(value)
    if name in {"added", "updated", "published"}:
        return _Date(value)
    return value


class _Date(str):
    """A date, written without quotes: every scalar stays a string until a typed field asks."""


def _represent_date(dumper: yaml.SafeDumper, text: _Date) -> yaml.Node:
    tag = "tag:yaml.org,2002:timestamp" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else "tag:yaml.org,2002:int"
    if re.fullmatch(r"\d{4}-\d{2}", text):
        tag = "tag:yaml.org,2002:str"
    return dumper.represent_scalar(tag, str(text))


_Dumper.add_representer(_Date, _represent_date)
