"""What a script of the desk is made of: bridge/desk/runner.py."""

import re
from collections import Counter
from pathlib import Path

from bridge.desk import runner
from bridge.desk.runner import with_what_is_used

LIBRARY = """
local POLICY = { rest = 1 }

-- far is named here, and by nobody who is used.
local function near(a)
  return a + POLICY.rest
end

local function far(a)
  if a then
    return near(a)
  end
end

local function farther(a)
  return far(a)
end
"""


def test_a_script_has_the_functions_it_names_and_those_that_they_name() -> None:
    script = with_what_is_used(LIBRARY, "return far(1)")
    assert "local function near(a)\n  return a + POLICY.rest\nend\n" in script
    assert "local function far(a)\n  if a then\n    return near(a)\n  end\nend\n" in script
    assert "farther" not in script


def test_what_only_a_comment_names_is_left_out_and_what_is_no_function_stays() -> None:
    script = with_what_is_used(LIBRARY, "-- like farther\nreturn 1")
    assert "local function" not in script
    assert "local POLICY = { rest = 1 }" in script
    assert script.endswith("-- like farther\nreturn 1")


def test_the_library_has_the_form_in_which_its_functions_are_found() -> None:
    library = (Path(runner.__file__).parent / "scripts" / "_lib.lua").read_text(encoding="utf-8")
    found = list(re.finditer(r"^local function (\w+)", library, re.MULTILINE))
    assert max(Counter(one[1] for one in found).values()) == 1, "two functions of one name"
    for one in found:
        alone = with_what_is_used(library, f"return {one[1]}")
        assert one[0] in alone, f"{one[1]} is lost"
    # Each from its first line to an end of its own: nothing of any is left where none is named but those of the head.
    none = with_what_is_used(library, "return 1")
    assert len(re.findall(r"^local function", none, re.MULTILINE)) == len(re.findall(r"^end$", none, re.MULTILINE)) > 0
    one_line = re.findall(r"^local function .*\bend$", library, re.MULTILINE)
    assert not one_line, f"a function on one line takes the next one with it: {one_line}"


def test_every_line_stays_where_it_is() -> None:
    whole = f"{LIBRARY}\nreturn farther(near(1))".splitlines()
    less = with_what_is_used(LIBRARY, "return near(1)").splitlines()
    assert len(less) == len(whole)
    assert [n for n, (a, b) in enumerate(zip(whole, less, strict=True)) if a != b and b] == [len(whole) - 1]
