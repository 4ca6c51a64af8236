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
    accepts = {name: _acceptor(hint) for name, hint in hints.items()}
    required = {
        name
        for name, parameter in signature(function).parameters.items()
        if parameter.kind is Parameter.KEYWORD_ONLY and parameter.default is Parameter.empty
    }

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> SafeString:
        for name, value in kwargs.items():
            if not accepts[name](value):
                raise WrongParameter(f"{function.__name__}({name}=…): {value!r} is not {hints[name]}.")
            if name in required and isinstance(value, str) and not value.strip():
                raise WrongParameter(f"{function.__name__}({name}=…) must not be blank.")
        return function(*args, **kwargs)

    return checked


def _acceptor(hint: Any) -> Callable[[object], bool]:
    """Return the test of a type, made once; what is inside a collection is not looked at."""
    origin = get_origin(hint) or hint
    if origin in {Union, types.UnionType}:
        options = [_acceptor(option) for option in get_args(hint)]
        return lambda value: any(accepts(value) for accepts in options)
    if origin is Literal:
        return frozenset(get_args(hint)).__contains__
    if origin is Any:
        return lambda _value: True
    if origin is str:
        return lambda value: isinstance(value, str | Promise)
    if origin is Iterable:
        return lambda value: isinstance(value, Iterable) and not isinstance(value, str)
    if origin in {int, Decimal}:
        return lambda value: isinstance(value, origin) and not isinstance(value, bool)
    return lambda value: isinstance(value, origin)


def render(name: str, /, **context: object) -> SafeString:
    """Render `templates/components/<name>.html`, which sees these values and nothing else."""
    return mark_safe(get_template(f"components/{name}.html").render(context).strip())  # noqa: S308 - escaped by the engine
