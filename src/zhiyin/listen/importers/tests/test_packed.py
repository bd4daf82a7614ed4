"""ZIP and gzip."""

import gzip
import io
import zipfile

import pytest

from zhiyin.errors import InvalidInput

CSV = "id,text\n1,好\n2,坏\n".encode()


def test_each_member_is_a_table_of_its_own(make_zip, read_all):
    read = read_all(make_zip({"a.csv": CSV, "folder/b.csv": "text\n很好\n".encode("gb18030")}))
    assert read.names == ["a.csv", "b.csv"]
    assert [row["text"] for row in read.rows] == ["好", "坏", "很好"]


def test_names_inside_are_labels_and_never_paths(make_zip, read_all, tmp_path):
    read = read_all(make_zip({"../../../evil.csv": CSV, "/etc/abs.csv": CSV, "c:\\d\\e.csv": CSV}))
    assert read.names == ["evil.csv", "abs.csv", "e.csv"]
    assert not list(tmp_path.parent.glob("**/evil.csv"))


def test_what_a_mac_adds_is_passed_over(make_zip, read_all):
    assert read_all(make_zip({"a.csv": CSV, "__MACOSX/._a.csv": b"\0\1", ".DS_Store": b"\0"})).names == [
        "a.csv"
    ]


def test_a_member_that_is_no_table_does_not_stop_the_others(make_zip, read_all):
    read = read_all(make_zip({"photo.png": b"\x89PNG\r\n\x1a\n...", "a.csv": CSV}))
    assert len(read.rows) == 2
    assert [(bad.table, bad.code) for bad in read.bad] == [("photo.png", "member_unreadable")]


def test_archives_within_archives_are_not_opened(make_zip, read_all):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", CSV)
    with pytest.raises(InvalidInput, match="inside a packed file"):
        read_all(make_zip({"inner.zip": inner.getvalue()}))


def test_a_bomb_is_refused_before_it_goes_off(make_zip, read_all):
    with pytest.raises(InvalidInput, match="unpacks to far more"):
        read_all(make_zip({"a.csv": b"text\n" + b"0" * 60_000_000}))


def test_a_gzip_bomb_is_refused(write, read_all):
    with pytest.raises(InvalidInput, match="unpacks to far more"):
        read_all(write("a.csv.gz", gzip.compress(b"text\n" + b"0" * 60_000_000)))


def test_a_bomb_that_lies_about_its_size_is_refused(make_zip, read_all, write):
    content = make_zip({"a.csv": b"text\n" + b"0" * 60_000_000}).read_bytes()
    lying = content.replace((60_000_005).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    with pytest.raises(InvalidInput):
        read_all(write("lying.zip", lying))


def test_a_gzipped_csv_is_read(write, read_all):
    assert len(read_all(write("a.csv.gz", gzip.compress(CSV))).rows) == 2


@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_a_truncated_archive_is_told(write, read_all, make_zip, share):
    rows = b"".join(b"%d,text %d\n" % (n, n * 7919) for n in range(5000))
    for name, content in (
        ("a.csv.gz", gzip.compress(CSV + rows)),
        ("a.zip", make_zip({"a.csv": CSV + rows}).read_bytes()),
    ):
        with pytest.raises(InvalidInput, match="damaged"):
            read_all(write(name, content[: int(len(content) * share)]))


def test_an_archive_with_nothing_in_it_is_told(make_zip, read_all):
    with pytest.raises(InvalidInput, match="no file in it"):
        read_all(make_zip({}))
