"""The viewer's ES modules joined to one, so that a page or a notebook can hold it in a single element.

Each module keeps a scope of its own: it becomes a function that returns what the module exports. For that, modules keep
to a few forms, and whatever does not is refused:

    import { a, b } from "./x.js";          over one or several lines, without renaming
    export function a ..., export async function a ..., export const b ..., export class C ...

The modules that one imports come before it; a ring of imports is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+\.js)";[ \t]*$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function\*?|function\*?|const|class) ([A-Za-z_$][\w$]*))", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_OTHER_FORMS = re.compile(r"^(?:import|export)\b.*$|\bimport\.meta\b|(?<![\w.@{])import\(|^await\b", re.MULTILINE)
# Comments on lines of their own: a fourth of the text, and nothing that a reader of one file looks for.
_COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.DOTALL | re.MULTILINE)


class ModuleError(ValueError):
    """A module breaks the rules of this file; the text names it and what it does."""


@dataclass(frozen=True)
class _Module:
    """A module taken apart: the names it takes from each other module, the names it gives, its text without both."""

    name: str
    imports: Mapping[str, tuple[str, ...]]
    exports: tuple[str, ...]
    body: str


def join_modules(sources: Mapping[str, str], entry: str) -> str:
    """Join a module and all that it imports to one text, which leaves the exports of the entry as constants.

    Parameters
    ----------
    sources : text of each module by its file name.
    entry : file name of the module whose exports are wanted.

    Raises
    ------
    ModuleError
        A form of import or export that is not allowed, a module or a name that is not there, a ring of imports, or
        text that would end the element it stands in.

    Examples
    --------
    >>> sources = {"a.js": 'import { b } from "./b.js";\\nexport const a = b + 1;', "b.js": "export const b = 1;"}
    >>> join_modules(sources, "a.js").count("return {")
    2
    """
    modules: dict[str, _Module] = {}
    _collect(entry, sources, modules, ())
    texts = [_scope(module, _variable(module.name)) for module in modules.values()]
    texts.append(f"const {{ {', '.join(modules[entry].exports)} }} = {_variable(entry)};\n")
    return "".join(texts)


def _collect(name: str, sources: Mapping[str, str], modules: dict[str, _Module], path: tuple[str, ...]) -> None:
    """Put a module behind those that it imports."""
    if name in path:
        raise ModuleError(f"modules import each other in a ring: {' -> '.join((*path, name))}")
    if name in modules:
        return
    if name not in sources:
        raise ModuleError(f"{path[-1] if path else 'the page'} imports {name}, which is not there")
    module = _take_apart(name, sources[name])
    for other, taken in module.imports.items():
        _collect(other, sources, modules, (*path, name))
        lacking = [one for one in taken if one not in modules[other].exports]
        if lacking:
            raise ModuleError(f"{name} imports {', '.join(lacking)} from {other}, which does not export it")
    modules[name] = module


def _take_apart(name: str, text: str) -> _Module:
    if "</script" in text.lower() or "<!--" in text:
        raise ModuleError(f"{name} holds text that would end the element it stands in")
    imports: dict[str, tuple[str, ...]] = {}
    for names, other in _IMPORT.findall(text):
        taken = tuple(one.strip() for one in names.split(",") if one.strip())
        if not all(_NAME.fullmatch(one) for one in taken):
            raise ModuleError(f"{name} renames what it imports from {other}")
        imports[other] = imports.get(other, ()) + taken
    exports = tuple(_EXPORT.findall(text))
    body = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", text)))
    other_form = _OTHER_FORMS.search(body)
    if other_form:
        raise ModuleError(f"{name} has a form of import or export that cannot be joined: {other_form.group().strip()}")
    return _Module(name, imports, exports, body)


def _variable(name: str) -> str:
    return f"module_{name.removesuffix('.js').replace('-', '_')}"


def _scope(module: _Module, variable: str) -> str:
    """Write a module as a function of its own that is called at once."""
    taken = [f"const {{ {', '.join(names)} }} = {_variable(other)};" for other, names in module.imports.items()]
    head = "\n".join([f"const {variable} = (() => {{", *taken])
    return f"{head}\n{module.body.strip()}\nreturn {{ {', '.join(module.exports)} }};\n}})();\n"
