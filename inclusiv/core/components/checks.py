"""A component refuses a wrong parameter instead of printing nothing.

Django replaces an undefined name in a template by an empty text: a required text must therefore not be blank, and
every value must have the announced type.
"""

import types
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import wraps
from inspect import Parameter, signature
from typing import Any, Literal, ParamSpec, Union, get_args, get_origin, get_type_hints

from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

P = ParamSpec("P")


class WrongParameter(TypeError):
    """A component was given a value that it cannot show."""


def component(function: Callable[P, SafeString]) -> Callable[P, SafeString]:
    """Check each keyword of a component against its annotation, each time that it is shown.

    Raises WrongParameter. A text without a default must not be blank; `bool` is not taken for an `int`.
    """
    hints = get_type_hints(function)
    required = {
        name
        for name, parameter in signature(function).parameters.items()
        if parameter.kind is Parameter.KEYWORD_ONLY and parameter.default is Parameter.empty
    }

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> SafeString:
        for name, value in kwargs.items():
            if name not in hints:
                raise WrongParameter(f"{function.__name__} has no parameter {name!r}.")
            if not _fits(value, hints[name]):
                raise WrongParameter(f"{function.__name__}({name}=…): {value!r} is not {hints[name]}.")
            if name in required and isinstance(value, str) and not value.strip():
                raise WrongParameter(f"{function.__name__}({name}=…) must not be blank.")
        return function(*args, **kwargs)

    return checked


def _fits(value: object, hint: Any) -> bool:
    """Tell whether a value has the announced type; the content of a collection is not looked at."""
    origin = get_origin(hint) or hint
    if origin in {Union, types.UnionType}:
        return any(_fits(value, option) for option in get_args(hint))
    if origin is Literal:
        return value in get_args(hint)
    if origin is str:
        return isinstance(value, str | Promise)
    if origin in {int, Decimal}:
        return isinstance(value, origin) and not isinstance(value, bool)
    if origin is Iterable:
        return isinstance(value, Iterable) and not isinstance(value, str)
    return origin is Any or isinstance(value, origin)


def render(name: str, /, **context: object) -> SafeString:
    """Render `templates/components/<name>.html`, which sees these values and nothing else."""
    return mark_safe(get_template(f"components/{name}.html").render(context).strip())  # noqa: S308 - escaped by the engine
