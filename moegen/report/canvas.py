"""The report's figures, by matplotlib: SVG whose text takes the page's colour, and PNG.

Colours are Okabe and Ito's, which the colour-blind can tell apart; every bar and line is named in words besides.
"""

from __future__ import annotations

import io
import re

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt

OURS, THEIRS, OTHER, LINE = "#D55E00", "#56B4E9", "#009E73", "#CC79A7"
CYCLE = (OURS, THEIRS, OTHER, LINE, "#E69F00", "#999999")
MARKERS = "osD^vP"
TEXT = "#123456"  # stands for the page's own text colour until the figure is written
WIDTH = 5.4
STYLE = {
    "font.size": 9,
    "axes.titlesize": 9,
    "svg.fonttype": "none",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "figure.max_open_warning": 0,  # a page's figures are all drawn before the first is written and closed
    "text.color": TEXT,
    "axes.labelcolor": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "axes.edgecolor": TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "font.family": "sans-serif",
    "axes.grid": False,
}


def svg(figure, name: str) -> str:
    """Inline SVG: its text in the page's colour and font, its ids its own."""
    with plt.rc_context({**STYLE, "svg.hashsalt": name}):
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :].replace(TEXT, "currentColor")
    text = re.sub(r'\b(id="|xlink:href="#|url\(#)', rf"\g<1>{name}-", text)
    # Matplotlib writes its size in points; the page gives the width.
    return re.sub(
        r'<svg ([^>]*?)width="[^"]*"',
        rf'<svg role="img" aria-label="{name}" \1',
        re.sub(r'(<svg [^>]*?)height="[^"]*"', r"\1", text, count=1),
        count=1,
    )


def save_png(figure, path) -> None:
    """On white, for places that do not know the page's colours."""
    with plt.rc_context(STYLE):
        _recolour(figure, TEXT, "#222222")
        figure.savefig(path, dpi=150, bbox_inches="tight", facecolor="white")


def _recolour(figure, old, new):
    from matplotlib.colors import to_hex

    for artist in figure.findobj(lambda a: hasattr(a, "get_color")):
        colour = artist.get_color()
        if isinstance(colour, str) and colour == old:
            artist.set_color(new)
    for artist in figure.findobj(matplotlib.patches.Patch):
        if to_hex(artist.get_edgecolor()) == old:
            artist.set_edgecolor(new)


def axes_of(height, columns=1, **options):
    figure, axes = plt.subplots(1, columns, figsize=(WIDTH, height), layout="constrained", **options)
    return figure, axes


def beside(axes, x, y, words):
    """Words to the right of a bar's end, a little apart."""
    axes.annotate(words, (x, y), xytext=(4, 0), textcoords="offset points", va="center")


def reach(axes, values, label, room=0.45):
    """The horizontal axis of bars: from zero, with room for words beside them; logarithmic beyond a factor of 20."""
    if max(values) > 20 * min(values):
        axes.set_xscale("log")
        axes.margins(x=0.3)
        axes.set_xlabel(f"{label} (log)")
    else:
        axes.set_xlim(0, max(values) * (1 + room))
        axes.set_xlabel(label)


def colour(row):
    return OURS if row["impl"].startswith("moegen") else THEIRS


def close(figure) -> None:
    plt.close(figure)
