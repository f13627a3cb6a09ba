"""Bytes to text, and every reason to refuse them."""

import pytest

from tasks.errors import Unreadable
from tasks.reading import decode

TEXT = "云川市人民政府办公室关于清洗护栏的通知\r\n各单位：\n市城管局要清洗护栏，保守商业秘密。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def test_big_endian_with_a_mark() -> None:
    assert decode(b"\xfe\xff" + TEXT.encode("utf-16-be")) == TEXT


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n\t", "empty_file"),
        ("\ufeff \n".encode(), "empty_file"),
        (b"PK\x03\x04" + b"text " * 40, "binary_file"),
        (b"%PDF-1.7 text", "binary_file"),
        (b"\x7fELF text", "binary_file"),
        (b"\x89PNG\r\n\x1a\n", "binary_file"),
        (b"a text with a \x00 in it", "binary_file"),
        (bytes(range(1, 32)) * 10, "binary_file"),
        (bytes(range(128, 256)) * 10, "binary_file"),
        (b"a" * (2 * 1024 * 1024 + 1), "text_too_large"),
        (("市" * 1024 * 1024).encode("gb18030"), "text_too_large"),
        (b"a" * (20 * 1024 * 1024 + 1), "file_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        decode(data)
    assert refusal.value.code == code


MARKINGS = [
    "机密★1年", "绝密", "秘密", "秘密★长期", "机密★", "密级：秘密",
    "内部文件 不得外传", "内部资料，注意保密",
    "内部", "【机密】", "特急 \t 秘密★6个月", "机 密 ★ 1 年", "内部文件",
]  # fmt: skip


@pytest.mark.parametrize("marking", MARKINGS)
def test_classified(marking: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        decode(f"{marking}\n{TEXT}".encode())
    assert refusal.value.code == "classified_file"
    assert refusal.value.facts == {}


@pytest.mark.parametrize(
    "line",
    [
        "关于保护商业秘密的通知",
        "国家秘密载体管理办法",
        "秘密级事项的范围由市保密局确定。",
        "内部控制制度建设方案",
        "关于加强内部管理的通知",
        "机密文件销毁工作安排",
    ],
)
def test_the_words_alone_are_no_marking(line: str) -> None:
    assert decode(f"{line}\n{TEXT}".encode())


def test_a_marking_in_the_body_is_none() -> None:
    body = "\n".join(f"第{number}段。" for number in range(40))
    assert decode(f"{TEXT}{body}\n秘密\n".encode())


def test_the_limit_names_itself() -> None:
    with pytest.raises(Unreadable) as refusal:
        decode(b"a" * (2 * 1024 * 1024 + 1))
    assert refusal.value.facts == {"limit_mb": 2}
