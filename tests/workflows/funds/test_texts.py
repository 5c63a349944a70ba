"""Every account, event and reason of the ledger has its words, and no words are left over."""

import re
from pathlib import Path

import yaml

from workflows.funds.chart import CHART
from workflows.funds.flags import FLAGS
from workflows.funds.invariants import INVARIANTS
from workflows.funds.posting import Movement

FUNDS = Path(__file__).parents[3] / "workflows/funds"
TEXTS = yaml.safe_load((FUNDS / "texts.yaml").read_text("utf-8"))


CODE = re.compile(r'Refusal\(\s*"([a-z_]+\.[a-z_]+)"')


def test_accounts_events_invariants_and_flags_have_their_words() -> None:
    """The same names in the texts and in the code, and no words that nothing says."""
    wanted = {f"account.{name}" for name in CHART} | {f"movement.{movement.value}" for movement in Movement}
    wanted |= {f"ledger.{one.code.lower().replace('-', '_')}" for one in INVARIANTS}
    wanted |= {f"flag.{one.rule.lower().replace('-', '_')}" for one in FLAGS}
    said = {code for file in FUNDS.rglob("*.py") for code in CODE.findall(file.read_text("utf-8"))}
    assert wanted <= TEXTS.keys()
    assert TEXTS.keys() - wanted <= said


def test_policies_name_their_source() -> None:
    """Key, day, value, title and source of each; the key says what the number counts."""
    policies = yaml.safe_load((FUNDS / "policy.yaml").read_text("utf-8"))
    for policy in policies:
        assert set(policy) == {"key", "from", "value", "mark", "source", "title"}, policy
        assert policy["mark"] in {"V", "K", "D"}
        units = ("_fen", "_percent", "_days", "_count", "_per_mille", "_months", "_points", "_minutes", "_hour")
        assert policy["key"].endswith(units) or isinstance(policy["value"], list), policy["key"]
    assert len({policy["key"] for policy in policies}) == len(policies)
