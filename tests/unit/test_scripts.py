"""What a script of the desk is made of: bridge/desk/runner.py."""

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


def test_every_line_stays_where_it_is() -> None:
    whole = f"{LIBRARY}\nreturn farther(near(1))".splitlines()
    less = with_what_is_used(LIBRARY, "return near(1)").splitlines()
    assert len(less) == len(whole)
    assert [n for n, (a, b) in enumerate(zip(whole, less, strict=True)) if a != b and b] == [len(whole) - 1]
