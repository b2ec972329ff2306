"""SVG elements as safe markup. Colours are classes, so that one drawing serves light, dark and paper."""

from markupsafe import Markup, escape

from distillscan.reports.escape import unbroken, xml_line

#: Width of a full figure in pixels at its natural size; text in it is then 12 pixels high.
WIDTH = 840


def number(value: float) -> str:
    """A coordinate with at most two decimals, and no negative zero."""
    return f"{round(value, 2) + 0:.2f}".rstrip("0").rstrip(".")


def element(name: str, *children: str | Markup, **attributes: str | float | None) -> Markup:
    """One element; text and attributes are escaped, attributes that are None are left out.

    Of an attribute's name a trailing underscore is dropped, others become hyphens: ``class_``.
    """
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _value(value))
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(_child(child) for child in children)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, inside)


def _value(value: str | float) -> str:
    return xml_line(value) if isinstance(value, str) else number(value)


def _child(child: str | Markup) -> Markup:
    return child if isinstance(child, Markup) else escape(unbroken(xml_line(child)))


def text(x: float, y: float, content: str, *, anchor: str | None = None, class_: str | None = None) -> Markup:
    """A line of text; ``anchor`` is start, middle or end."""
    return element("text", content, x=x, y=y, text_anchor=anchor, class_=class_)


def rect(x: float, y: float, width: float, height: float, class_: str, *, hint: str = "") -> Markup:
    """A rectangle, with the hint that a mouse shows over it."""
    children = [element("title", hint)] if hint else []
    return element("rect", *children, x=x, y=y, width=max(width, 0), height=max(height, 0), class_=class_)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def group(*children: Markup, class_: str | None = None) -> Markup:
    """Elements that belong together."""
    return element("g", *children, class_=class_)


def drawing(width: float, height: float, alternative: str, *children: Markup, class_: str = "") -> Markup:
    """A whole figure; the alternative text says what it shows to those who do not see it."""
    return element(
        "svg",
        *children,
        class_=f"figure {class_}".strip(),
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        aria_label=alternative,
    )
