"""C source as text: what a file declares, and its names changed, so that several files can share a translation unit."""

from __future__ import annotations

import dataclasses
import re

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
# Names after `.` and `->` are members, not names of the file's scope.
_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|\.?\d(?:[eEpP][+-]|[\w.])*"
    r"|(?:->|\.)\s*[A-Za-z_]\w*|[A-Za-z_]\w*",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"__attribute__\s*\(\(.*?\)\)")


@dataclasses.dataclass(frozen=True)
class Function:
    """A function that a header declares: `name` without the header's prefix, `parameters` as (type, name)."""

    name: str
    returns: str
    parameters: tuple[tuple[str, str], ...]

    @property
    def signature(self) -> str:
        return ", ".join(f"{kind}{'' if kind.endswith('*') else ' '}{name}" for kind, name in self.parameters) or "void"


def functions(header: str, prefix: str) -> list[Function]:
    """The functions that `header` declares whose names begin with `prefix_`, in its order."""
    text = _COMMENT.sub(" ", header)
    found = []
    for match in re.finditer(rf"^(\w[\w ]*?[ *]+){prefix}_(\w+)\(([^;]*?)\);", text, re.MULTILINE | re.DOTALL):
        returns, name, parameters = match.groups()
        parts = [" ".join(part.split()) for part in parameters.split(",")]
        named = tuple(re.fullmatch(r"(.*?) ?(\w+)", part).groups() for part in parts if part != "void")
        found.append(Function(name, returns.strip(), named))
    return found


def rename(source: str, names: dict[str, str]) -> str:
    """`source` with its identifiers changed as `names` says; comments, strings and members stay as they are.

    A struct declared in `source` must not have members that are called as something at its file's scope.
    """
    return _TOKEN.sub(lambda match: names.get(match.group(), match.group()), source)


def scope(source: str) -> list[str]:
    """The names that `source` gives at file scope: functions, types, enumerators, constants and macros."""
    text = _ATTRIBUTE.sub(" ", _COMMENT.sub(" ", source))
    names = re.findall(r"^\s*#\s*define\s+(\w+)", text, re.MULTILINE)
    text = re.sub(r"^\s*#(?:[^\n\\]|\\.)*$", "", text, flags=re.MULTILINE | re.DOTALL)
    for head, body in _declarations(text):
        head = head.strip()
        if head.startswith("enum"):
            names += [part.split("=")[0].strip() for part in body.split(",") if part.strip()]
        elif head.startswith("typedef"):
            names.append(re.findall(r"\w+", head)[-1])
        elif "(" in head:
            names.append(re.search(r"(\w+)\s*\(", head).group(1))
        elif head:
            names.append(re.search(r"(\w+)\s*(?:\[[^]]*\]\s*)*(?:=.*)?$", head, re.DOTALL).group(1))
    return list(dict.fromkeys(names))


def _declarations(text: str):
    """(text outside braces, text in its first braces) of each declaration at file scope."""
    head, body, depth = [], [], 0
    for character in text:
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            whole = "".join(head)
            if depth == 0 and "(" in whole and "=" not in whole:  # a function's end, without a semicolon
                yield whole, "".join(body)
                head, body = [], []
        elif depth:
            body.append(character)
        elif character == ";":
            yield "".join(head), "".join(body)
            head, body = [], []
        else:
            head.append(character)
