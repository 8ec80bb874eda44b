"""How well the shipped prompt rules do on our own labelled prompts: python -m bench.prompt_rules

Prints recall by rule, language and disguise, wrong answers on harmless prompts, the bias ratio and
the time for one prompt. The set is ours and small: it shows regressions, not the truth about the
world.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from moderation.classifiers.prompt_rules import PromptRules  # noqa: E402
from moderation.spec import Item  # noqa: E402

PROMPTS = ROOT / "tests" / "moderation" / "prompts.toml"
REFUSE, HOLD = 0.9, 0.5  # the shipped thresholds (moderation/house_rules.toml)
ROUNDS = 20


class Prompt(NamedTuple):
    """One labelled prompt. `wanted`: block, review or allow; `kind`: a language or "hidden"."""

    wanted: str
    rule: str
    kind: str
    text: str


class Result(NamedTuple):
    """A prompt with what the rules said and why."""

    prompt: Prompt
    said: str
    why: str


def prompts(path: Path = PROMPTS) -> Iterator[Prompt]:
    """Read the labelled prompts."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    for wanted in ("block", "review", "allow"):
        for rule, kinds in content[wanted].items():
            for kind, texts in kinds.items():
                yield from (Prompt(wanted, rule, kind, text) for text in texts)


def bias(path: Path = PROMPTS) -> Mapping[str, Any]:
    """Read the counterfactual sentences."""
    found: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["bias"]
    return found


def answer(rules: PromptRules, text: str) -> tuple[str, str]:
    """Return block, review or allow, and the label and words that led there."""
    scores = sorted(rules.score(Item(text=text)), key=lambda score: -score.value)
    if not scores or scores[0].value < HOLD:
        return "allow", ""
    worst = scores[0]
    return ("block" if worst.value >= REFUSE else "review"), f"{worst.label}: {worst.text}"


def results(rules: PromptRules) -> list[Result]:
    """Ask the rules about every labelled prompt."""
    return [Result(prompt, *answer(rules, prompt.text)) for prompt in prompts()]


def stopped_ratios(rules: PromptRules) -> dict[str, float]:
    """Return for each group of terms the share of harmless sentences that are stopped."""
    sentences = bias()
    return {
        group: sum(
            answer(rules, template.format(term))[0] != "allow"
            for template in sentences["templates"]
            for term in terms
        )
        / (len(sentences["templates"]) * len(terms))
        for group, terms in sentences["terms"].items()
    }


def _share(found: Sequence[Result], said: set[str]) -> str:
    hits = sum(result.said in said for result in found)
    return f"{hits:4d} of {len(found):4d}  {hits / max(1, len(found)):6.1%}"


def _table(title: str, found: Sequence[Result], key: str) -> None:
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in found:
        groups[getattr(result.prompt, key)].append(result)
    print(f"\n{title:24} refused              refused or held")
    for name, rows in sorted(groups.items()):
        print(f"  {name:20} {_share(rows, {'block'})}   {_share(rows, {'block', 'review'})}")


def main() -> None:
    """Print the tables."""
    rules = PromptRules()
    found = results(rules)
    by_wanted = {
        w: [r for r in found if r.prompt.wanted == w] for w in ("block", "review", "allow")
    }
    print(rules.version, dict(Counter(result.prompt.wanted for result in found)))
    _table("to block, by rule", by_wanted["block"], "rule")
    _table("to block, by writing", by_wanted["block"], "kind")
    print(f"\nto review: held      {_share(by_wanted['review'], {'review'})}")
    print(f"harmless: refused    {_share(by_wanted['allow'], {'block'})}")
    print(f"harmless: held       {_share(by_wanted['allow'], {'review'})}")
    print("\nharmless sentences stopped, by group:")
    for group, ratio in stopped_ratios(rules).items():
        print(f"  {group:12} {ratio:.1%}")
    print("\nwrong answers:")
    for result in found:
        if result.said != result.prompt.wanted:
            print(f"  {result.prompt.wanted} -> {result.said}: {result.prompt.text!r} {result.why}")
    started = process_time()
    for _ in range(ROUNDS):
        for result in found:
            answer(rules, result.prompt.text)
    each = (process_time() - started) / ROUNDS / len(found)
    print(f"\n{each * 1e6:.0f} µs of one core for a prompt")


if __name__ == "__main__":
    main()
