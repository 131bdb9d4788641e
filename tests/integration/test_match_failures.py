"""`samverka match` when it fails: what happened, what was kept and what to do, in the language of the report."""

from pathlib import Path

from samverka.cli.failures import Exit
from tests.engine.matching.written import NEEDS, written
from tests.integration.test_match_command import match


def test_a_refused_file_says_where_and_how_and_writes_nothing(tmp_path: Path) -> None:
    written(tmp_path, needs=NEEDS + "ali,men\n")
    result = match(tmp_path, "--language=en")
    assert result.exit_code == Exit.FAILED
    assert "needs.csv, line 6, column need_id: ali stands twice. Keep one of the rows." in result.output
    assert "Nothing was written" in result.output
    assert not (tmp_path / "out").exists()


def test_a_failure_speaks_the_language_of_the_report(tmp_path: Path) -> None:
    written(
        tmp_path,
        needs=NEEDS + "ali,men\n",
        rules='fixed = [{ need = "ali", place = "nowhere" }]\n',
    )
    result = match(tmp_path)
    assert result.exit_code == Exit.FAILED
    assert "Fel: needs.csv, rad 6, kolumn need_id: ali står två gånger. Behåll en av raderna." in result.output
    assert f"Inget är skrivet i {tmp_path / 'out'}." in result.output
    assert "Gör så här: Rätta filerna och kör kommandot igen." in result.output
    written(tmp_path, rules='fixed = [{ need = "ali", place = "north" }, { need = "ali", place = "south" }]\n')
    result = match(tmp_path, f"--rules={tmp_path / 'rules.toml'}")
    assert "rules.toml: kan inte alla gälla: ali är bestämd till north; ali är bestämd till south." in result.output
    written(tmp_path)
    assert match(tmp_path).exit_code == Exit.DONE
    result = match(tmp_path)
    assert f"Fel: {tmp_path / 'out'} är ingen tom katalog.\nDen är som den var.\nGör så här: Ge --out" in result.output


def test_a_directory_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    written(tmp_path)
    assert match(tmp_path).exit_code == Exit.DONE
    before = (tmp_path / "out" / "summary.json").read_text()
    result = match(tmp_path, "--language=en")
    assert result.exit_code == Exit.REFUSED
    assert "Give --out another directory" in result.output
    assert (tmp_path / "out" / "summary.json").read_text() == before


def test_an_executor_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    written(tmp_path)
    result = match(tmp_path, "--executor=cloud", "--language=en")
    assert result.exit_code == Exit.USAGE
    assert "There is no executor cloud." in result.output
