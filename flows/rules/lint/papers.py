"""Papers: which files may go from one person to another. Judged by their bytes and their name, never by a claimed type.

What is known to be harmless goes over; all else is refused with a reason that says what to do instead.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from enum import Enum
from io import BytesIO

MOST_BYTES = 10 << 20
MOST_NAME = 80  # characters; a phone shows fewer
MOST_PARTS, MOST_INSIDE, MOST_READ = 5_000, 100 << 20, 2 << 20  # of a file that is a zip inside
HEAD = 1_024


class Why(Enum):
    """Why something does not go over: what its sender is told."""

    LARGE = "10MBまでのものを届けられます。小さくするか、分けて送ってください。"
    EMPTY = "中身が空でした。もう一度送ってください。"
    PROGRAM = "プログラムの形のファイルは、安全のため届けられません。"
    MACRO = "自動で動くしかけ(マクロなど)があるため、届けられません。PDFにして送ってください。"
    ARCHIVE = "まとめて縮めたファイルは、中を確かめられないため届けられません。一つずつ送ってください。"
    OLD = "古い形のファイルは、中を確かめられないため届けられません。PDFにして送ってください。"
    MIXED = "名前と中身が合わないため、届けられません。"
    UNKNOWN = "この種類のファイルは、まだ届けられません。写真かPDFにして送ってください。"
    BROKEN = "うまく開けませんでした。もう一度送ってください。"
    AWAY = "うまく受け取れませんでした。もう一度送ってください。"
    MANY = "一日に届けられるのは30枚までです。残りは明日お願いします。"


class Unfit(Exception):
    """This file does not go over."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.name)
        self.why = why


@dataclass(frozen=True)
class Form:
    """A kind of file that goes over: how its names end, and how it is served."""

    name: str
    endings: frozenset[str]
    media: str
    is_photo: bool = False


def _form(endings: str, media: str, *, is_photo: bool = False) -> Form:
    named = endings.split()
    return Form(named[0], frozenset(named), media, is_photo)


OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
FORMS = {
    form.name: form
    for form in (
        _form("jpg jpeg jpe", "image/jpeg", is_photo=True),
        _form("png", "image/png", is_photo=True),
        _form("gif", "image/gif"),
        _form("webp", "image/webp"),
        _form("heic heif", "image/heic"),
        _form("pdf", "application/pdf"),
        _form("docx", f"{OFFICE}.wordprocessingml.document"),
        _form("xlsx", f"{OFFICE}.spreadsheetml.sheet"),
        _form("pptx", f"{OFFICE}.presentationml.presentation"),
        _form("odt", f"{OPEN}.text"),
        _form("ods", f"{OPEN}.spreadsheet"),
        _form("odp", f"{OPEN}.presentation"),
        _form("txt csv tsv md log", "text/plain"),
    )
}
KNOWN = frozenset(ending for form in FORMS.values() for ending in form.endings)

ENDINGS = {
    Why.PROGRAM: "exe com scr pif bat cmd ps1 psm1 vb vbs vbe js jse mjs wsf wsh wsc ws hta msi msp msc msix appx cpl dll sys"
    " ocx jar class jnlp apk ipa app dmg pkg deb rpm bin run sh bash zsh ksh command py pyc pyw rb pl php lua lnk url desktop"
    " reg inf scf iso img vhd vhdx chm hlp html htm xhtml shtml mht mhtml svg svgz xml xsl swf xll gadget application"
    " settingcontent-ms library-ms search-ms one onepkg",
    Why.MACRO: "docm dotm xlsm xltm xlsb xlam xla xlw pptm potm ppsm ppam sldm dotx xltx potx",
    Why.ARCHIVE: "zip zipx rar 7z gz tgz tar bz bz2 tbz xz txz zst lz lzma z cab lzh lha arj ace sit cpio",
    Why.OLD: "doc dot xls xlt ppt pot pps rtf mdb accdb pub jtd jtt jtdc",
}
BY_ENDING = {ending: why for why, named in ENDINGS.items() for ending in named.split()}
STARTS = (
    (b"MZ", Why.PROGRAM),
    (b"\x7fELF", Why.PROGRAM),
    (b"\xfe\xed\xfa\xce", Why.PROGRAM),
    (b"\xfe\xed\xfa\xcf", Why.PROGRAM),
    (b"\xce\xfa\xed\xfe", Why.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Why.PROGRAM),
    (b"\xca\xfe\xba\xbe", Why.PROGRAM),
    (b"dex\n", Why.PROGRAM),
    (b"#!", Why.PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", Why.PROGRAM),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Why.OLD),
    (b"{\\rtf", Why.OLD),
    (b"Rar!", Why.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Why.ARCHIVE),
    (b"\x1f\x8b", Why.ARCHIVE),
    (b"\x1f\x9d", Why.ARCHIVE),
    (b"BZh", Why.ARCHIVE),
    (b"\xfd7zXZ\x00", Why.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Why.ARCHIVE),
    (b"MSCF", Why.ARCHIVE),
    (b"PK\x05\x06", Why.ARCHIVE),
    (b"PK\x07\x08", Why.ARCHIVE),
)
PICTURES = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))
BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")
PAGES = re.compile(rb"<\s*(?:!doctype|html|script|svg|\?php|\?xml|iframe|body)", re.IGNORECASE)
ACTS = re.compile(rb"/(?:JavaScript|Launch)\b")  # what a PDF may do by itself
HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
OFFICES = (
    (b"wordprocessingml.document.main+xml", "docx"),
    (b"spreadsheetml.sheet.main+xml", "xlsx"),
    (b"presentationml.presentation.main+xml", "pptx"),
)
ACTIVE = re.compile(
    r"vbaproject|vbadata|/macrosheets/|/activex/|oleobject|(?:^|/)(?:basic|scripts)/"
    r"|\.(?:exe|dll|com|scr|bat|cmd|ps1|vbs|js|hta|jar|lnk|msi)$",
    re.IGNORECASE,
)
LINKS = re.compile(rb"<Relationship\b[^>]*>")
FAR = re.compile(rb"(?=.*(?:attachedTemplate|oleObject))(?=.*Target=\"https?:)", re.IGNORECASE | re.DOTALL)
CALLS = re.compile(
    r"(?:^|[,;\t\"])\s*[=+@-]\s*(?:cmd|dde|powershell|mshta|rundll32)\b[^\n]{0,40}\|",
    re.IGNORECASE | re.MULTILINE,
)


def judged(name: str, content: bytes) -> Form:
    """Say what kind of file this is. Raises ``Unfit`` for what must not go over, and for what nobody knows."""
    if len(content) > MOST_BYTES:
        raise Unfit(Why.LARGE)
    if not content:
        raise Unfit(Why.EMPTY)
    ending = named(name)
    form = FORMS[_by_bytes(content)]
    if ending and ending not in form.endings:
        raise Unfit(Why.MIXED)
    return form


def named(name: str) -> str:
    """Give how a name ends. Raises ``Unfit`` where that alone is reason enough, or the name hides its end."""
    if any(unicodedata.bidirectional(mark) in HIDING for mark in name):
        raise Unfit(Why.MIXED)
    plain = unicodedata.normalize("NFKC", name).strip().rstrip(". ").lower()
    _, dot, ending = plain.rpartition(".")
    if not dot or " " in ending or not ending.isascii():
        return ""
    if why := BY_ENDING.get(ending):
        raise Unfit(why)
    if ending not in KNOWN:
        raise Unfit(Why.UNKNOWN)
    return ending


HIDING = frozenset({"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"})  # they turn a name around


def shown(name: str, form: str = "", number: int = 1) -> str:
    """Give a name that can be shown and saved: one line, no path, no marks that turn it around; never without its end."""
    kept = "".join(
        mark for mark in unicodedata.normalize("NFC", name) if mark.isprintable() and mark not in UNSAVED
    )
    kept = " ".join(kept.split()).strip(". ")
    head, dot, ending = kept.rpartition(".")
    if len(kept) > MOST_NAME:
        kept = (
            f"{head[: MOST_NAME - len(ending) - 2]}….{ending}"
            if dot and len(ending) < 10
            else kept[:MOST_NAME]
        )
    if not kept:
        kept = f"ファイル{number}"
    return kept if not form or "." in kept else f"{kept}.{form}"


UNSAVED = frozenset('\\/:*?"<>|')


def size_of(size: int) -> str:
    """Say how large a file is, as phones do."""
    return f"{size / (1 << 20):.1f}MB" if size >= 1 << 20 else f"{max(1, round(size / 1024))}KB"


def _by_bytes(content: bytes) -> str:
    for start, why in STARTS:
        if content.startswith(start):
            raise Unfit(why)
    if content[2:5] in (b"-lh", b"-lz") or content[257:262] == b"ustar":
        raise Unfit(Why.ARCHIVE)
    for start, form in PICTURES:
        if content.startswith(start):
            return form
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp" and content[8:12] in BRANDS:
        return "heic"
    if content.lstrip(b"\xef\xbb\xbf\r\n\t \x00")[:5] == b"%PDF-":
        return _pdf(content)
    return _zipped(content) if content.startswith(b"PK\x03\x04") else _text(content)


def _pdf(content: bytes) -> str:
    plain = HEX.sub(lambda hit: bytes([int(hit[1], 16)]), content)  # names may be written in numbers
    if ACTS.search(content) or ACTS.search(plain):
        raise Unfit(Why.MACRO)
    return "pdf"


def _zipped(content: bytes) -> str:
    """A paper of an office program is a zip; any other zip is not looked into."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            return _office(parts)
    except Unfit:
        raise
    except Exception as broken:  # whatever a hostile zip brings its reader to say
        raise Unfit(Why.ARCHIVE) from broken


def _office(parts: zipfile.ZipFile) -> str:
    inside = parts.infolist()
    if len(inside) > MOST_PARTS or sum(part.file_size for part in inside) > MOST_INSIDE:
        raise Unfit(Why.ARCHIVE)
    names = {part.filename for part in inside}
    form = _of_office(parts, names)
    if any(ACTIVE.search(name) for name in names):
        raise Unfit(Why.MACRO)
    for name in (each for each in names if each.endswith(".rels")):
        if any(FAR.search(link) for link in LINKS.findall(_read(parts, name))):
            raise Unfit(Why.MACRO)
    return form


def _of_office(parts: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" in names:
        types = _read(parts, "[Content_Types].xml")
        if b"macroEnabled" in types or b"vnd.ms-office.vbaProject" in types:
            raise Unfit(Why.MACRO)
        found = next((form for mark, form in OFFICES if mark in types), "")
    else:
        said = _read(parts, "mimetype").decode("ascii", "replace").strip() if "mimetype" in names else ""
        found = next(
            (form.name for form in FORMS.values() if form.media == said and said.startswith(OPEN)), ""
        )
    if not found:
        raise Unfit(Why.ARCHIVE)
    return found


def _read(parts: zipfile.ZipFile, name: str) -> bytes:
    if parts.getinfo(name).file_size > MOST_READ:
        raise Unfit(Why.ARCHIVE)
    return parts.read(name)


def _text(content: bytes) -> str:
    """Words and nothing else, in one of the ways Japan writes them."""
    if PAGES.search(content[:HEAD]):
        raise Unfit(Why.PROGRAM)
    for encoding in (
        ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp932", "euc_jp")
    ):
        try:
            words = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(mark) < 32 and mark not in "\t\n\r\f" for mark in words):
            break
        if CALLS.search(words):
            raise Unfit(Why.MACRO)
        return "txt"
    raise Unfit(Why.UNKNOWN)
