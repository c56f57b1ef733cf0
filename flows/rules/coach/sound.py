"""Sound: what of a model's answer may be kept. Its meaning is held against what was put to it; rules have the last word."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.fuzz import partial_ratio

from flows.rules.coach.drafting import PolishInput, polish_by_rules
from flows.rules.coach.untold import Fault, changed, untold
from prompts.knowledge import groups, job_codes
from prompts.results import PolishedDraft

LEAST, MOST_TITLE, MOST_LINE, MOST_TASKS = 4, 40, 60, 3
ALIKE = 60.0  # of 100: a reworded goal keeps most of its characters


def sound(given: PolishInput, thought: PolishedDraft) -> PolishedDraft:
    """Keep of a model's polish only what is still the owner's: his goal reworded, his numbers, his nouns."""
    ours = polish_by_rules(given)
    if thought == ours:
        return ours
    tasks = [task for task in thought.first_tasks if not any(task_faults(given, task))]
    is_whole = len(tasks) == len(thought.first_tasks) <= MOST_TASKS
    return PolishedDraft(
        title=ours.title if any(title_faults(given, thought.title)) else thought.title,
        goal=ours.goal if any(goal_faults(given, thought.goal)) else thought.goal,
        first_tasks=tasks if tasks and is_whole else ours.first_tasks,
    )


def polish_faults(given: PolishInput, thought: PolishedDraft) -> Iterator[Fault]:
    """Name everything that keeps a polish from being the owner's own."""
    for field, faults in (
        ("title", title_faults(given, thought.title)),
        ("goal", goal_faults(given, thought.goal)),
        *(("first_tasks", task_faults(given, task)) for task in thought.first_tasks[:MOST_TASKS]),
    ):
        yield from (Fault(fault.kind, f"{field}：{fault.why}") for fault in faults)
    if not 1 <= len(thought.first_tasks) <= MOST_TASKS:
        yield Fault("form", f"first_tasks：一つから{MOST_TASKS}つまでにします")


def title_faults(given: PolishInput, title: str) -> Iterator[Fault]:
    if not LEAST <= len(title) <= MOST_TITLE:
        yield Fault("length", f"{LEAST}文字から{MOST_TITLE}文字にします")
        return
    if title.rstrip("。") in f"{given.wish}\n{given.words}":  # what he said to us is no headline
        yield Fault("talk", "社長の話し言葉をそのまま使わず、題名の形にします")
    ours = polish_by_rules(given).title  # the house's own headline may count: 「海外の5社に」
    yield from untold(title, f"{told(given)}\n{ours}", known(given.code))


def goal_faults(given: PolishInput, goal: str) -> Iterator[Fault]:
    if not LEAST <= len(goal) <= MOST_LINE:
        yield Fault("length", f"{LEAST}文字から{MOST_LINE}文字にします")
        return
    if partial_ratio(given.goal, goal) < ALIKE:
        yield Fault("goal", f"社長の目標「{given.goal}」と別のことになっています")
    yield from changed(goal, given.goal)
    yield from untold(goal, told(given), known(given.code))


def task_faults(given: PolishInput, task: str) -> Iterator[Fault]:
    if task in given.tasks:
        return
    if not LEAST <= len(task) <= MOST_LINE:
        yield Fault("length", f"{LEAST}文字から{MOST_LINE}文字にします")
        return
    if task in f"{given.wish}\n{given.words}\n{given.goal}":  # a piece of his own talk is no task
        yield Fault("talk", "社長の話し言葉ではなく、手を動かす仕事を書きます")
    yield from untold(task, told(given), known(given.code))


def told(given: PolishInput) -> str:
    return "\n".join((given.wish, given.words, given.goal, *given.tasks))


def known(code: str) -> str:
    """Return what the house says of a kind of work: words a title may take, but no numbers."""
    work = job_codes().get(code)
    if work is None:
        return ""
    labels = (*(win.label for win in work.wins), *(option.label for option in work.stuck.options))
    return "\n".join((groups()[work.group].name, work.name, work.plain, work.topic, work.title, *labels))
