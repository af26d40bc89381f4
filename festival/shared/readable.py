"""What cannot be read is refused at the gate, before a room or the database looks at it.

PostgreSQL takes no NUL in a text and HTML shows none; no browser sends one by itself.  Only a
field for an address may hold one, because its form says so beside the field (``OneAddress``).  A
form that is no upload is parsed as a whole, so its size is looked at before.  The names of our
fields are short and ASCII; WTForms reads numbers in them and fails on ``exhibits-²-title``.
"""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, request

NUL = "\0"
LONGEST_NAME = 100


def refuse_unreadable(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """``url_value_preprocessor``: 400 for what no page of ours sends, 413 for too much of it."""
    if NUL in request.path or _holds_nul(request.args.items(multi=True)):
        abort(400)
    if request.method != "POST":
        return
    is_upload = request.mimetype == "multipart/form-data"
    if not is_upload and (request.content_length or 0) > current_app.config["MAX_FORM_MEMORY_SIZE"]:
        abort(413)
    files = [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    sent = [*request.form.items(multi=True), *files]
    if _holds_nul(each for each in sent if not _is_address(each)) or _has_odd_name(sent):
        abort(400)


def _is_address(sent: tuple[str, str]) -> bool:
    """Whether it is the value of one of our fields for an e-mail address."""
    name, _value = sent
    return NUL not in name and name.endswith("email")


def _has_odd_name(sent: list[tuple[str, str]]) -> bool:
    return any(len(name) > LONGEST_NAME or not name.isascii() for name, _value in sent)


def _holds_nul(pairs: Any) -> bool:
    return any(NUL in name or NUL in text for name, text in pairs)
