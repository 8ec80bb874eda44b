"""Publishing the rules and the numbers that apply them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from core.audit import audit
from core.errors import InvalidError
from core.subjects import SubjectRef
from moderation.models import Rule, RuleVersion, ThresholdSet
from moderation.spec import Outcome

HOUSE_RULES = Path(__file__).parent.parent / "house_rules.toml"


class WrongThresholdsError(InvalidError):
    """Thresholds are {label: {label|hold|refuse: number}}, one of the labels being "default"."""

    code = "wrong_thresholds"


@transaction.atomic
def publish_house_rules(path: Path = HOUSE_RULES) -> None:
    """Add the rules, wordings and thresholds of the file that the database lacks. Safe to repeat.

    Nothing is changed or removed: decisions point at the wordings they were made under.
    """
    content = tomllib.loads(path.read_text())
    known = set(RuleVersion.objects.values_list("rule_id", "number"))
    for line in content["rule"]:
        if (line["code"], line["number"]) in known:
            continue
        rule, _ = Rule.objects.get_or_create(code=line["code"])
        wording = {key: line[key] for key in ("number", "title", "text", "advice")}
        RuleVersion.objects.create(rule=rule, **wording)
    shipped = content["thresholds"]
    note = f"Shipped set {shipped['number']}: {shipped['note']}"
    if not ThresholdSet.objects.filter(author=None, note=note).exists():
        ThresholdSet.objects.create(values=shipped["values"], author=None, note=note)


@transaction.atomic
def set_thresholds(
    values: Mapping[str, Mapping[str, float]], *, by: User, note: str
) -> ThresholdSet:
    """Put new thresholds in force. Old verdicts keep pointing at the set that they were made with.

    Raises WrongThresholdsError.
    """
    outcomes = {Outcome.LABEL.value, Outcome.HOLD.value, Outcome.REFUSE.value}
    if "default" not in values or any(set(limits) - outcomes for limits in values.values()):
        raise WrongThresholdsError(field="values")
    before: dict[str, Any] = ThresholdSet.objects.latest("pk").values
    rows = ThresholdSet.objects.create(values=values, author=by, note=note)
    subject = SubjectRef("thresholds", str(rows.pk))
    audit(by, "thresholds.set", subject, reason=note, before=before, after=dict(values))
    return rows
