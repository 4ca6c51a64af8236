"""« Votre saisie est gardée »: the form that was sent after the session had ended."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from inclusiv.accounts.middleware import wear
from inclusiv.accounts.models import Membership
from inclusiv.accounts.signing import kept_forms
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.forms import RESUMED
from inclusiv.core.periods import paris_day


@require_safe
@requires()
def resume(request: ActorRequest) -> HttpResponse:
    """Offer the page as it was filled in, under the hat worn then; nothing is written by that."""
    kept = kept_forms.kept_form(request)
    if kept is None:
        return redirect("home")
    if kept.membership != request.actor.membership_id:
        mine = Membership.objects.live(on=paris_day(timezone.now())).filter(
            user_id=request.actor.user_id or 0
        )
        worn = mine.filter(pk=kept.membership).first()
        if worn is None:
            kept_forms.forget(request)
            return redirect("home")
        wear(request, worn)
        return redirect("accounts:resume")
    return render(request, "inclusiv/accounts/resume.html", {"kept": kept, "resumed": RESUMED})


@require_POST
@requires()
def abandon(request: ActorRequest) -> HttpResponse:
    """Forget what was typed."""
    kept_forms.forget(request)
    return redirect("home")
