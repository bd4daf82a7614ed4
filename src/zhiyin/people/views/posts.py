"""Views that only take a form: who asks for their address otherwise is sent to the page of the form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

_V = TypeVar("_V", bound=Callable[..., HttpResponseBase])


def takes_form_of(page: str, *names: str) -> Callable[[_V], _V]:
    """Sends GET to the page of that URL name, with the arguments `names`.

    A refused form is answered with its page at the form's own address, which then stands in the browser
    and in what the page itself sends back to, such as the choice of language.
    """

    def decorate(view: _V) -> _V:
        @wraps(view)
        def taking(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.method != "POST":
                return redirect(page, *(kwargs[name] for name in names))
            return view(request, *args, **kwargs)

        return cast("_V", taking)

    return decorate
