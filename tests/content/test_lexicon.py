"""A word list that contradicts itself stops the start and tells the mend."""

import pytest

from content import lexicon
from content.lexicon import Cue, LexiconError, check
from content.terms import TermError, compile_term


def cue(name, *terms):
    return Cue(name, name, tuple(compile_term(term) for term in terms))


def test_the_shipped_lists_load():
    assert lexicon.crisis().rules
    assert lexicon.intents().topics
    assert lexicon.spelling().words


def test_a_term_in_two_categories_stops_the_start_and_names_both():
    with pytest.raises(LexiconError, match="'想死' is listed in 'wish' and in 'joke'; remove one"):
        check([cue("wish", "想死"), cue("joke", "想死")])


def test_the_same_term_twice_in_one_category_is_no_contradiction():
    check([cue("wish", "想死", "想死")])


def test_a_rule_that_names_an_unknown_cue_is_refused(tmp_path, monkeypatch):
    (tmp_path / "crisis").mkdir()
    (tmp_path / "crisis" / "a.toml").write_text('[[rule]]\nrisk = "high"\nreason = "x"\nall = ["nothing"]\n', "utf-8")
    monkeypatch.setattr(lexicon, "ROOT", tmp_path)
    with pytest.raises(LexiconError, match=r"unknown cues.*nothing"):
        lexicon.crisis.__wrapped__()


def test_a_broken_file_is_named(tmp_path, monkeypatch):
    (tmp_path / "crisis").mkdir()
    (tmp_path / "crisis" / "broken.toml").write_text("[", "utf-8")
    monkeypatch.setattr(lexicon, "ROOT", tmp_path)
    with pytest.raises(LexiconError, match=r"broken\.toml"):
        lexicon.crisis.__wrapped__()


@pytest.mark.parametrize("source", ["(想|要", "想)死", "..死", "(a)?"])
def test_a_term_that_cannot_be_read_is_refused(source):
    with pytest.raises(TermError):
        compile_term(source)


def test_topics_and_intents_keep_to_the_vocabulary():
    assert {topic.topic for topic in lexicon.intents().topics} <= set(lexicon.TOPICS)
    assert {cue.name.partition(".")[0] for cue in lexicon.intents().cues} <= {*lexicon.INTENTS, "none"}


def test_no_replacement_holds_a_key_again():
    spelling = lexicon.spelling()
    for key, put in spelling.words.items():
        assert not any(other in put for other in spelling.words), key
