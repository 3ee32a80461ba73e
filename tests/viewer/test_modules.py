"""Joining modules: what is joined does what the modules do, and forms that cannot be joined are refused."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from heatleaf.viewer.modules import ModuleError, join_modules

GOOD = {
    "main.js": (
        'import { double, Counter } from "./math.js";\nimport {\n  WORD,\n} from "./words.js";\n'
        "const LIMIT = 3;\n/** export default is only a comment, as is @type {import('./x.js').T} */\n"
        "export function tell() {\n  return `${WORD} ${double(LIMIT)} ${new Counter().next()}`;\n}\n"
        "export async function later() {\n  return await Promise.resolve(LIMIT);\n}\n"
    ),
    "math.js": (
        'import { WORD } from "./words.js";\nconst LIMIT = 2;\nexport const double = (x) => x * LIMIT;\n'
        "export class Counter {\n  next() { return WORD.length; }\n}\n"
    ),
    "words.js": (
        'export const WORD =\n  /** @type {string} */ ("seven");\nthrow_never();\n/**\n * Never throws.\n */\n'
        "function throw_never() {}\n// the end\n"
    ),
    "unused.js": "export default 1;\n",
}


def test_joined_modules_run_with_scopes_of_their_own() -> None:
    text = join_modules(GOOD, "main.js")
    assert "Never throws" not in text and "the end" not in text, "comments on lines of their own are left out"
    assert "unused" not in text and text.index("module_words =") < text.index("module_math =")
    assert "import {" not in text and "\nexport " not in text
    if node := shutil.which("node"):
        code = text + "later().then((n) => console.log(tell(), n, typeof LIMIT));"
        done = subprocess.run([node, "-"], input=code, capture_output=True, text=True, check=True)
        assert done.stdout == "seven 6 5 3 undefined\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("export default function f() {}\n", "main.js has a form of import or export that cannot be joined"),
        ("export { a };\n", "main.js has a form of import or export that cannot be joined: export { a };"),
        ("export let a = 1;\n", "cannot be joined: export let a = 1;"),
        ('import * as all from "./math.js";\n', "cannot be joined: import * as all"),
        ('import "./math.js";\n', "cannot be joined"),
        ('import { WORD } from "words";\n', "cannot be joined"),
        ('export function f() {\n  return import("./math.js");\n}\n', "cannot be joined: import("),
        ("export const a = import.meta.url;\n", "cannot be joined: import.meta"),
        ("export const a = 1;\nawait a;\n", "cannot be joined: await"),
        ('import { WORD as word } from "./words.js";\n', "main.js renames what it imports from words.js"),
        ('import { none } from "./words.js";\n', "main.js imports none from words.js, which does not export it"),
        ('import { none } from "./none.js";\n', "main.js imports none.js, which is not there"),
        ('export const a = "</SCRIPT>";\n', "main.js holds text that would end the element it stands in"),
        ('export const a = "<!--";\n', "main.js holds text that would end the element it stands in"),
    ],
)
def test_forms_that_cannot_be_joined_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(ModuleError) as refused:
        join_modules({**GOOD, "main.js": text}, "main.js")
    assert sentence in str(refused.value)


def test_a_ring_of_imports_is_refused() -> None:
    ring = {"a.js": 'import { b } from "./b.js";\nexport const a = 1;', "b.js": 'import { a } from "./a.js";'}
    with pytest.raises(ModuleError, match=r"modules import each other in a ring: a\.js -> b\.js -> a\.js"):
        join_modules(ring, "a.js")


def test_a_missing_entry_is_refused() -> None:
    with pytest.raises(ModuleError, match=r"the page imports none\.js, which is not there"):
        join_modules(GOOD, "none.js")
