"""Each published format on small files with its hazards, and errors that name path, line and what was expected."""

import gzip
import random
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tasks.language_model import readers
from tasks.language_model.vocabulary import Vocabulary
from tasks.support.errors import UserError


def write(folder: Path, name: str, content: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def write_zip(folder: Path, name: str, members: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(folder / name, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return folder / name


def test_names_are_split_as_makemore_splits_them(tmp_path: Path) -> None:
    names = [f"{a}{b}" for a in "abcde" for b in "vwxyz"]
    write(tmp_path, "names.txt", "\n".join(names))
    text = readers.read_names(tmp_path)
    random.seed(42)  # as the original program does
    random.shuffle(names)
    assert ["".join(name) for name in text.training] == names[:20]
    assert ["".join(name) for name in text.held_out] == names[20:22]
    assert (text.unit, text.join(text.held_out[0])) == ("letter", names[20])


@pytest.mark.parametrize(("line", "found"), [("Anna", "'Anna'"), ("", "''"), ("jean paul", "'jean paul'")])
def test_a_bad_name(tmp_path: Path, line: str, found: str) -> None:
    path = write(tmp_path, "names.txt", f"emma\n{line}\nolivia\n")
    with pytest.raises(UserError, match=re.escape(f"{path}, line 2: expected a name of the letters a to z, found {found}")):
        readers.read_names(tmp_path)


def test_penn_treebank(tmp_path: Path) -> None:
    write(tmp_path, "ptb.train.txt.gz", gzip.compress(b" no it was n't \n the <unk> N points \n"))
    write(tmp_path, "ptb.valid.txt", " a plan \n")
    write(tmp_path, "ptb.test.txt", " but \n")
    text = readers.read_penn_treebank(tmp_path)
    assert text.training == (("no", "it", "was", "n't"), ("the", "<unk>", "N", "points"))
    assert text.validation == (("a", "plan"),)
    assert text.held_out == (("but",),)


def test_an_empty_line_in_the_penn_treebank(tmp_path: Path) -> None:
    write(tmp_path, "ptb.train.txt.gz", gzip.compress(b" no \n"))
    write(tmp_path, "ptb.valid.txt", " a plan \n")
    path = write(tmp_path, "ptb.test.txt", " but \n\n still \n")
    with pytest.raises(UserError, match=re.escape(f"{path}, line 2: expected words with spaces between them")):
        readers.read_penn_treebank(tmp_path)


def test_brown_is_cut_by_words_and_rare_words_are_merged(tmp_path: Path) -> None:
    sentence = " ".join(["The/at", "1/2/cd", "deals/nns", "./."]) + "\n\n\n"
    held_out = "\tThe/at late/jj deals/nns late/jj late/jj late/jj odd/jj\n"
    write_zip(
        tmp_path,
        "brown.zip",
        {
            "brown/ca01": sentence * 199_999 + "A/at long/jj sentence/nn begins/vb here/rb ./.\n",
            "brown/cb02": sentence * 50_000,
            "brown/cr09": held_out,
            "brown/README": "no tags",
            "brown/cats.txt": "ca01 news",
        },
    )
    text = readers.read_brown(tmp_path)
    assert len(text.training) == 200_000
    assert text.training[0] == ("The", "1/2", "deals", ".")
    assert text.training[-1] == ("<unk>", "<unk>", "<unk>", "<unk>", "<unk>", ".")
    assert text.held_out == (("The", "late", "deals", "late", "late", "late", "<unk>"),)
    assert text.further_words == (".", "1/2", "The", "deals", "late")


@pytest.mark.parametrize("token", ["untagged", "/at", "word/"])
def test_a_word_of_brown_without_its_tag(tmp_path: Path, token: str) -> None:
    path = write_zip(tmp_path, "brown.zip", {"brown/ca01": f"The/at\n\nbad/jj {token}\n"})
    with pytest.raises(UserError, match=re.escape(f"{path / 'brown/ca01'}, line 3: expected word/tag, found '{token}'")):
        readers.read_brown(tmp_path)


def test_inaugural_addresses(tmp_path: Path) -> None:
    addresses: dict[str, str | bytes] = {f"inaugural/{1801 + 4 * n}-A.txt": "We hope.\n\nWe do." for n in range(11)}
    addresses["inaugural/1789-Washington.txt"] = "My hope: we do it!\nWe hope so."
    addresses["inaugural/2005-Bush.txt"] = "We — caf\xe9 hope.".replace("—", "\x97").encode("iso-8859-1")
    addresses["inaugural/README"] = "unread"
    write_zip(tmp_path, "inaugural.zip", addresses)
    text = readers.read_inaugural(tmp_path)
    assert text.training[:2] == (("<unk>", "hope", "we", "do", "<unk>"), ("we", "hope", "<unk>"))
    assert text.held_out == (("we", "<unk>", "hope"),)
    assert text.held_out_part == "the last 1 of 13 addresses"


def test_shakespeare_is_one_sentence_of_letters(tmp_path: Path) -> None:
    write(tmp_path, "input.txt", "First Citizen:\nSpeak.")
    text = readers.read_tiny_shakespeare(tmp_path)
    assert (text.unit, text.training, text.held_out) == ("letter", (tuple("First Citizen:\nSpe"),), (tuple("ak."),))


def test_a_few_letters_are_no_text(tmp_path: Path) -> None:
    path = write(tmp_path, "input.txt", "Speak")
    with pytest.raises(UserError, match=re.escape(f"{path}: expected a long text, found 5 letters")):
        readers.read_tiny_shakespeare(tmp_path)


def test_wikitext_leaves_empty_lines_out(tmp_path: Path) -> None:
    write(tmp_path, "valid.txt", " \n = A heading = \n \n The <unk> lobster . \n")
    write(tmp_path, "test.txt", " \n The boat . \n")
    text = readers.read_wikitext(tmp_path)
    assert text.training == (("=", "A", "heading", "="), ("The", "<unk>", "lobster", "."))
    assert text.held_out == (("The", "<unk>", "."),)


@pytest.mark.parametrize("name", readers.READERS)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match=re.escape(str(tmp_path)) + ".*: there is no such file"):
        readers.read_published(name, tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    path = write(tmp_path / "names_makemore", "names.txt", "")
    with pytest.raises(UserError, match=re.escape(f"{path}: expected text, but the file is empty")):
        readers.read_published("names", tmp_path)


def test_a_damaged_archive(tmp_path: Path) -> None:
    path = write(tmp_path, "brown.zip", "PK but no more")
    with pytest.raises(UserError, match=re.escape(f"{path}: expected a zip file, but it is damaged")):
        readers.read_brown(tmp_path)


def test_an_archive_of_something_else(tmp_path: Path) -> None:
    write_zip(tmp_path, "brown.zip", {"brown/README": "hello"})
    with pytest.raises(UserError, match=r"brown.zip: expected files brown/c\[a-r\]\[0-9\]\[0-9\] in it, found none"):
        readers.read_brown(tmp_path)


def test_no_such_set(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no published set is called 'nemes'; there are names, .*did you mean 'names'"):
        readers.read_published("nemes", tmp_path)


def test_a_text_too_short_to_hold_a_part_out(tmp_path: Path) -> None:
    write(tmp_path / "names_makemore", "names.txt", "emma\n")
    with pytest.raises(UserError, match=re.escape(f"{tmp_path / 'names_makemore'}: expected a text to learn from")):
        readers.read_published("names", tmp_path)


def test_held_out_letters_that_are_new_have_a_number(tmp_path: Path) -> None:
    write(tmp_path / "tinyshakespeare", "input.txt", "abababababababababX?")
    text = readers.read_published("tinyshakespeare", tmp_path)
    vocabulary = Vocabulary.of(text.training, further_words=text.further_words)
    assert vocabulary.decode(vocabulary.encode(text.held_out[0])) == ("<unk>", "<unk>")


def test_accents_are_composed(tmp_path: Path) -> None:
    write(tmp_path, "input.txt", "cafe\u0301 " * 10)
    assert set(readers.read_tiny_shakespeare(tmp_path).training[0]) == set("café ")
