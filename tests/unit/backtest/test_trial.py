"""What is tried, in whose place, and whether it can match more than before."""

from pathlib import Path

import pytest

from config.decode import SettingsError
from listener.backtest import trial
from listener.backtest.trial import Trial
from models.keyword import TopicKey
from tests.builders import NIGHT
from tests.unit.backtest.lists import PUDDING, a_list, settings_of

KEY = TopicKey("sakura", "pudding")
OTHER = '[[keyword]]\ntopic = "jelly"\nany = ["さくらゼリー"]\n'


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Make a folder with a list of each of two brands."""
    a_list(tmp_path / "ours", "sakura", PUDDING)
    a_list(tmp_path / "ours", "minato", PUDDING, brand="minato")
    return tmp_path / "ours"


def tried(ours: Path, *files: Path, adjustments: tuple[str, ...] = ()) -> Trial:
    """Prepare a trial of *files* against the lists in *ours*."""
    return trial.prepared(settings_of(ours), keywords=files, adjustments=adjustments, now=NIGHT)


def test_a_file_takes_the_place_of_the_list_with_its_name(ours: Path, tmp_path: Path) -> None:
    """Only its brand is tried: nothing can change for another."""
    file = a_list(tmp_path, "sakura", PUDDING, OTHER)
    made = tried(ours, file)
    [said] = made.tried
    assert (said.kind, said.what, said.instead) == ("list", str(file), str(ours / "sakura.toml"))
    assert made.brands == ("sakura",)
    assert [len(side.words.lists[0].keywords) for side in (made.current, made.changed)] == [1, 2]


def test_a_draft_takes_the_place_of_the_only_list_of_its_brand(ours: Path, tmp_path: Path) -> None:
    """Whatever it is called; where a brand has several, it stands beside them."""
    draft = a_list(tmp_path, "draft", OTHER)
    assert tried(ours, draft).tried[0].instead == str(ours / "sakura.toml")
    a_list(ours, "sakura-two", OTHER)
    made = tried(ours, draft)
    assert made.tried[0].kind == "beside"
    assert len(made.changed.words.lists) == 3


def test_a_folder_takes_the_place_of_everything(ours: Path, tmp_path: Path) -> None:
    """A brand that is not in it is listened for no more."""
    a_list(tmp_path / "new", "sakura", PUDDING)
    made = tried(ours, tmp_path / "new")
    assert made.brands == ("minato",)
    assert made.changed.words.lists == ()


def test_the_same_list_again_is_no_change(ours: Path, tmp_path: Path) -> None:
    """Every brand is shown then, as a setting concerns every brand."""
    made = tried(ours, a_list(tmp_path, "sakura", PUDDING))
    assert (made.unchanged, made.brands, made.widened) == (True, ("minato", "sakura"), frozenset())
    made = tried(ours, adjustments=("detection.threshold=14",))
    assert (made.unchanged, made.brands, made.widened) == (False, ("minato", "sakura"), frozenset())


@pytest.mark.parametrize(
    ("line", "wider"),
    [
        ('any = ["さくらプリン"]', False),
        ('any = ["さくらプリン"]\nnone = ["懸賞"]', False),
        ('any = ["さくらプリン"]\nall = ["虫"]', False),
        ('any = ["さくらプリン"]\nnear = { terms = ["虫"] }', False),
        ('any = ["さくらプリン"]\nauthors = ["neko"]', False),
        ('any = ["さくらプリン", "桜プリン"]', True),
        ('any = ["さくらプリン"]\nmode = "substring"', True),
        ('any = ["さくらプリン"]\nobfuscation = true', True),
    ],
)
def test_a_rule_widens_unless_it_only_asks_for_more(
    ours: Path, tmp_path: Path, line: str, *, wider: bool
) -> None:
    """Conditions narrow; spellings and laxer reading widen."""
    made = tried(ours, a_list(tmp_path, "sakura", f'[[keyword]]\ntopic = "pudding"\n{line}\n'))
    assert made.widened == (frozenset([KEY]) if wider else frozenset())


def test_lifting_an_exclusion_widens(ours: Path, tmp_path: Path) -> None:
    """So does an own account that is none any more, or a word list without the dictionary."""
    a_list(ours, "sakura", PUDDING + 'none = ["懸賞"]\n')
    assert tried(ours, a_list(tmp_path, "sakura", PUDDING)).widened == {KEY}
    a_list(ours, "sakura", 'own_accounts = ["us"]\n', PUDDING)
    assert tried(ours, a_list(tmp_path, "sakura", PUDDING)).widened == {KEY}
    assert KEY in tried(ours, adjustments=("matching.dictionary=false",)).widened


def test_mistakes_are_sentences(ours: Path, tmp_path: Path) -> None:
    """A list that does not parse says what the lint says; a brand without a list is named."""
    broken = a_list(tmp_path, "sakura", '[[keyword]]\ntopic = "pudding"\nanny = ["さくらプリン"]\n')
    with pytest.raises(SettingsError, match=r"sakura\.toml, line 6: .*no key anny; did you mean any"):
        tried(ours, broken)
    with pytest.raises(SettingsError, match="no list is of the brand 'sakua'; there is: minato, sakura"):
        tried(ours, adjustments=("brand.sakua.zone=Asia/Tokyo",))
