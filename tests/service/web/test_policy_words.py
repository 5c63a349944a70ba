"""What a county sets, as its page says it and reads it back."""

from collections.abc import Mapping

import pytest

from adapters import shipped
from engine.values import Json
from service.texts import Catalogue, Language
from service.web.views.policy_words import in_words, kind_of, policy_title, read_typed, typed

SHIPPED: Mapping[str, Json] = shipped.policies()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_parameter_has_a_name_and_a_value_in_words(catalogue: Catalogue, language: Language) -> None:
    """An official can not know what `funds.flags.pass_on_days` is."""
    t = catalogue.speak(language)
    assert [key for key in SHIPPED if policy_title(key, t, language) == key] == []
    assert [key for key, value in SHIPPED.items() if not in_words(key, value, t)] == []


def test_what_is_shown_to_be_changed_reads_back_as_it_was() -> None:
    """Else saving a value that nobody touched would change it."""
    assert [key for key, value in SHIPPED.items() if read_typed(key, typed(key, value), value) != value] == []


def test_money_is_typed_in_yuan() -> None:
    """A limit of 50,000 yuan must not become one of 500."""
    key, words = "funds.payment.leader_max_fen", "funds.flags.hidden_debt_words"
    assert (kind_of(key, 1), read_typed(key, "50，000.50", 1)) == ("money", 5_000_050)
    assert read_typed(words, "回购\n\n 承诺函 ", ["x"]) == ["回购", "承诺函"]
    for wrong in ("", "a", "0.001", "NaN"):
        with pytest.raises(ValueError, match=r"^"):
            read_typed(key, wrong, 1)
