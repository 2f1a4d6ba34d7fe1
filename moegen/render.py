"""Templates to text. The only user of Jinja2; a pure function of what is asked and what was chosen."""

from __future__ import annotations

import functools

import jinja2

from moegen import backends, paths
from moegen.backends import Source


def symbol(spec, target) -> str:
    """The C name of a kernel: the artifact's name with `-` as `_`."""
    return f"{spec.key}__{target.name}".replace("-", "_")


def render(spec, target, layout, configs, prefix: str | None = None) -> Source:
    """The source of one library with a variant for each token bucket.

    Parameters
    ----------
    spec, target, layout
        What is asked, where, and how weights lie.
    configs : dict of int to Config
        Token buckets and what was chosen for each.
    prefix : str, optional
        What public symbols begin with; by default the kernel's name.

    Returns
    -------
    Source
        Equal arguments give equal text: no time, path or environment is in it.
    """
    space = backends.get(target.backend).space
    names = space.names(spec, target, layout, configs, prefix or symbol(spec, target))
    return Source({name: text(template, names) for name, template in space.template(spec, target).items()})


def text(template: str, names: dict) -> str:
    """One template, rendered; a name it uses and is not given is an error."""
    return _environment().get_template(template).render(names)


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.templates()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        extensions=["jinja2.ext.do"],
    )
