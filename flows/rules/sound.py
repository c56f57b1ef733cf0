"""Sound: what of a model's answer may be kept. The rules have the last word."""

from __future__ import annotations

import re

from rapidfuzz.fuzz import partial_ratio

from flows.rules.drafting import PolishInput, polish_by_rules
from flows.rules.plain import jargon
from prompts.results import PolishedDraft

MOST_TITLE, MOST_GOAL = 40, 60
ALIKE = 60.0  # of 100: a reworded goal keeps most of its characters


def sound(given: PolishInput, thought: PolishedDraft) -> PolishedDraft:
    """Keep of a model's polish only what is still the owner's: his goal reworded, his numbers, his nouns."""
    ours = polish_by_rules(given)
    source = "\n".join((given.wish, given.words, given.goal, *given.tasks))
    told = f"{given.wish}\n{given.words}"  # a piece of his own talk is no task, nor is a piece of the goal
    is_goal = len(thought.goal) <= MOST_GOAL and partial_ratio(given.goal, thought.goal) >= ALIKE
    is_talk = thought.title.rstrip("。") in told  # what he said to us is no headline
    is_title = 4 <= len(thought.title) <= MOST_TITLE and not is_talk and _shares_noun(thought.title, source)
    tasks = [
        task
        for task in thought.first_tasks
        if task in given.tasks
        or (
            4 <= len(task) <= MOST_GOAL and task not in f"{told}\n{given.goal}" and _shares_noun(task, source)
        )
    ]
    return PolishedDraft(
        title=thought.title if is_title and _is_plain(thought.title, source) else ours.title,
        goal=thought.goal if is_goal and _is_plain(thought.goal, source) else ours.goal,
        first_tasks=tasks[:3]
        if tasks and all(_is_plain(task, source) for task in tasks)
        else ours.first_tasks,
    )


def _is_plain(text: str, source: str) -> bool:
    """No line break, no word owners do not know, no number the owner did not give."""
    numbers = re.findall(r"\d+", text)
    return "\n" not in text and not jargon(text) and all(number in source for number in numbers)


def _shares_noun(text: str, source: str) -> bool:
    return any(noun in source for noun in re.findall(r"[一-鿿々]{2,}|[ァ-ヶー]{3,}", text))
