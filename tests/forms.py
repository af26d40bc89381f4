"""Fills in forms as a browser does: opens the page, takes every field with its value, sends it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import html5lib
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

XHTML = "{http://www.w3.org/1999/xhtml}"


def submit(
    browser: FlaskClient,
    address: str,
    values: dict[str, Any] | None = None,
    *,
    form: int | str = 0,
    follow: bool = False,
) -> TestResponse:
    """Open ``address``, fill ``values`` into its form and send it.

    ``form`` is the form's position among those with method post, or its id.  A value may be a
    list (several), a tuple (a file: stream and name) or None (field left out).
    """
    page = browser.get(address)
    assert page.status_code == 200, f"{address} answered {page.status_code}"
    element = _form(page.get_data(), form)
    data = present_values(element)
    for name, value in (values or {}).items():
        data.poplist(name)
        if value is not None:
            data.setlist(name, value if isinstance(value, list) else [value])
    action = element.get("action") or urlsplit(address).path
    files = any(isinstance(value, tuple) for value in data.values())
    return browser.post(
        action,
        data=data.to_dict(flat=False) if files else data,
        content_type="multipart/form-data" if files else None,
        follow_redirects=follow,
    )


def _form(body: bytes, wanted: int | str) -> Any:
    root = html5lib.parse(body, treebuilder="etree")
    forms = [each for each in root.iter(f"{XHTML}form") if each.get("method", "").lower() == "post"]
    if isinstance(wanted, str):
        named = [each for each in forms if each.get("id") == wanted]
        assert named, f"no form {wanted!r}; there are {[each.get('id') for each in forms]}"
        return named[0]
    page_forms = [each for each in forms if "sign-out" not in each.get("action", "")]
    assert len(page_forms) > wanted, "the page has no such form"
    return page_forms[wanted]


def present_values(form: Any) -> MultiDict[str, Any]:
    """What a browser would send of this form if nobody typed anything."""
    data: MultiDict[str, Any] = MultiDict()
    for each in form.iter():
        name, kind = each.get("name"), each.get("type", "text")
        if not name or each.get("disabled") is not None:
            continue
        if each.tag == f"{XHTML}input" and kind not in ("submit", "button", "file", "image"):
            if kind not in ("checkbox", "radio") or each.get("checked") is not None:
                data.add(name, each.get("value", "on" if kind == "checkbox" else ""))
        elif each.tag == f"{XHTML}textarea":
            data.add(name, each.text or "")
        elif each.tag == f"{XHTML}select":
            _add_select(data, each)
    return data


def _add_select(data: MultiDict[str, Any], select: Any) -> None:
    options = list(select.iter(f"{XHTML}option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if not chosen and select.get("multiple") is None:
        chosen = options[:1]
    for option in chosen:
        data.add(select.get("name"), option.get("value", option.text or ""))
