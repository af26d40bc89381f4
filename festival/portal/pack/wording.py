"""The words of a pack in the present language: letter, headings, the usual rules and contacts."""

from __future__ import annotations

from flask_babel import gettext as _

from festival.badges.face import dates_of
from festival.exhibitors.models import Application
from festival.festivals.models import Edition


def letter(application: Application, *, edition: Edition, lang: str) -> list[str]:
    """Paragraphs, the greeting first."""
    organization = application.organization
    name = organization.name_in(lang)
    return [
        _("Dear %(name)s,", name=organization.contact_name or name),
        _(
            "%(organization)s takes part in %(edition)s on %(dates)s, and we are glad of it.",
            organization=name,
            edition=edition.title,
            dates=dates_of(edition, locale=lang),
        ),
        _(
            "This pack holds what you need on the day: your stand and where it is, when you can "
            "come with your things, your activities, the rules of the house, whom to ask, and the "
            "badges of your team."
        ),
        _("Print it or keep it on your phone. When something changes, the portal makes a new one."),
    ]


def labels() -> dict[str, str]:
    """Headings, and what stands where there is nothing."""
    return {
        "glance": _("At a glance"),
        "stand": _("Your stand"),
        "no_stand": _("You have no stand yet. As soon as you have one, it stands here."),
        "set_up": _("Coming and going with your things"),
        "no_slot": _("You have booked no time at a gate. You can do so in the portal."),
        "activities": _("Your activities"),
        "no_activity": _("No activity of yours is in the published programme."),
        "rules": _("Rules of the house"),
        "contacts": _("Whom to ask"),
        "own_contacts": _("Whom we shall call at your organization"),
        "badges": _("Badges of your team"),
        "cut": _(
            "Cut them out along the edges. Each lets one person in. "
            "Whoever has the code comes in with it: do not pass it on."
        ),
        "no_badge": _(
            "Nobody of your team is named yet. Name them in the portal, "
            "then their badges stand here."
        ),
    }


def usual_rules() -> str:
    """Markdown in the present language."""
    lines = (
        _("Be at your stand while the festival is open to visitors."),
        _("Wear your team badge where everybody can see it. It is for one person."),
        _("Keep ways, doors and emergency exits free. Nothing may stand outside your stand."),
        _("Bring only electric devices that are in order, and no more watts than you told us."),
        _("Open fire, smoke and gas are not allowed."),
        _("Children are never alone with one adult. Ask before you take pictures of people."),
        _("What you offer is open to everybody, whatever their age, origin or abilities."),
        _("Leave the place as you found it and take your waste along."),
    )
    return "\n".join(f"- {line}" for line in lines)


def usual_contacts(edition: Edition) -> str:
    """Markdown in the present language."""
    lines = [
        _("On the day: ask at the information desk."),
        _("In an emergency call 112 or the number that is usual where you are, then tell us."),
    ]
    if edition.contact_email:
        lines.append(_("Before and after: write to %(address)s.", address=edition.contact_email))
    return "\n".join(f"- {line}" for line in lines)
