"""Tasks, text sources, topics and generating models, put into the audit's groups."""

from __future__ import annotations

from governance.catalogue.normalise.tables import look_up, values_of
from governance.catalogue.normalise.text import clean_text


def task_group(task: str) -> tuple[str, ...]:
    """Give the groups of a task, none where no table knows it.

    >>> task_group("Name Romanization")
    ('Translation',)
    """
    return values_of("tasks", "task", task, "group")


def text_source(name: str) -> str | None:
    """Give one name to the spellings of a source.

    Args:
        name: As the record writes it.

    Returns:
        The canonical name; the name itself where no table knows it; ``None`` where it names no source ("no", "?").

    >>> text_source("khan academy"), text_source("no")
    ('khanacademy.org', None)
    """
    rows = look_up("text_sources", "name", name)
    return ((rows[0]["source"] or None) if rows else clean_text(name)) or None


def domain(source: str) -> tuple[str, ...]:
    """Give the domains of a source: where its text, sound or pictures come from.

    Args:
        source: A source's name in any spelling that :func:`text_source` reads.

    >>> domain("khan academy"), domain("youtube")
    (('Education',), ('Entertainment',))
    """
    known = text_source(source)
    return values_of("domains", "source", known, "group") if known else ()


def domain_type(source: str) -> tuple[str, ...]:
    """Give the coarser type the audit uses to compare text, speech and video.

    >>> domain_type("youtube")
    ('Social Media & User-Generated Content',)
    """
    stated = values_of("domain_types", "value", source, "type")
    return stated or tuple(
        dict.fromkeys(found for group in domain(source) for found in values_of("domain_types", "value", group, "type"))
    )


def topic_group(topic: str) -> tuple[str, ...]:
    """Give the groups of a topic, none where no table knows it.

    >>> topic_group("Organic chemistry reactions")
    ()
    >>> topic_group("Acoustics")
    ('Math & Sciences',)
    """
    return values_of("topics", "topic", topic, "group")


def model_group(model: str) -> tuple[str, ...]:
    """Give the group of a generating model: its provider, where the audit tells one apart.

    >>> model_group("openai gpt-4")
    ('OpenAI',)
    """
    return values_of("models", "model", model, "group")
