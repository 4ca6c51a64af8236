"""The list of lots of a whole département, worst first: our query against SQL written by hand that gives the same rows."""

from typing import Any

from benchmarks.ground import DEPARTMENT, Ground, Row, rows_of
from benchmarks.measures import Measure, Sides
from beneficiaries.hours.choices import StatementStatus
from beneficiaries.placements.choices import PlacementStatus
from clauses.procurement.choices import GroupRole, TenderStatus
from clauses.procurement.models import Lot
from clauses.procurement.rules.tenders import BOUND
from inclusiv.core.actors import Role
from reporting.followup.choices import Standing
from reporting.followup.selectors.standings import OVER, WORST_FIRST, Progress, Today, today, with_standing

PAGE = 100

WORST = """
WITH owed AS (
    SELECT lot_id, sum(quantity) AS hours FROM obligations_obligation WHERE unit = 'HOURS' GROUP BY lot_id
), validated AS (
    SELECT o.lot_id, sum(e.counted) AS hours
    FROM hours_hourentry e JOIN obligations_obligation o ON o.id = e.obligation_id
    GROUP BY o.lot_id
), paced AS (
    SELECT l.id, l.tender_id, l.number, t.reference, t.status, t.ends_on, owed.hours AS owed,
           coalesce(validated.hours, 0) AS done,
           t.ends_on - t.starts_on + 1 AS days,
           least(greatest(%(judged_on)s::date - t.starts_on + 1, 0), t.ends_on - t.starts_on + 1) AS elapsed
    FROM procurement_lot l
    JOIN procurement_tender t ON t.id = l.tender_id
    LEFT JOIN owed ON owed.lot_id = l.id
    LEFT JOIN validated ON validated.lot_id = l.id
    WHERE t.department = %(department)s
), expecting AS (
    SELECT *, round(owed * elapsed / days, 2) AS expected,
           status = ANY(%(over)s) OR ends_on < %(on)s::date AS finished
    FROM paced
), standing AS (
    SELECT *, CASE
        WHEN status <> ALL(%(bound)s) OR status = %(suspended)s OR owed IS NULL THEN %(upcoming)s
        WHEN finished AND done < owed THEN %(to_decide)s
        WHEN finished THEN %(kept)s
        WHEN elapsed < %(silent_share)s * days OR done >= %(on_time)s * expected THEN %(on_track)s
        WHEN done >= %(late)s * expected THEN %(catch_up)s
        ELSE %(action)s
    END AS standing
    FROM expecting
), page AS (
    SELECT * FROM standing
    ORDER BY standing, done / nullif(expected, 0) NULLS LAST, reference, number, id
    LIMIT %(page)s
)
SELECT page.id, owed, done, expected, standing,
    (SELECT sum(line.hours) FROM hours_statementline line
     JOIN hours_statement s ON s.id = line.statement_id JOIN procurement_award a ON a.id = s.award_id
     WHERE a.lot_id = page.id AND s.status = %(submitted)s),
    (SELECT o.name FROM procurement_groupmember m
     JOIN procurement_award a ON a.id = m.award_id JOIN accounts_organisation o ON o.id = m.organisation_id
     WHERE a.lot_id = page.id AND m.role = %(lead)s LIMIT 1),
    (SELECT count(DISTINCT p.person_id) FROM placements_placement p
     JOIN procurement_award a ON a.id = p.award_id
     WHERE a.lot_id = page.id AND p.hired_on <= %(on)s AND p.status <> %(cancelled)s
       AND coalesce(p.ended_on, p.planned_end_on, 'infinity') >= %(on)s),
    (SELECT at FROM records_auditevent WHERE subjects @> ARRAY['tender:' || page.tender_id]::varchar[]
     ORDER BY at DESC LIMIT 1),
    (SELECT happened_on FROM records_exchange
     WHERE organisation_id = %(reader)s AND subjects @> ARRAY['tender:' || page.tender_id]::varchar[]
     ORDER BY happened_on DESC LIMIT 1),
    (SELECT s.submitted_at FROM hours_statement s JOIN procurement_award a ON a.id = s.award_id
     WHERE a.lot_id = page.id AND s.submitted_at IS NOT NULL ORDER BY s.submitted_at DESC LIMIT 1)
FROM page
ORDER BY standing, done / nullif(expected, 0) NULLS LAST, reference, number, page.id
"""


def sides(ground: Ground) -> Sides[list[Row]]:
    """Both give the hundred most worrying lots of the département, with their hours, their contractor and who works there."""
    actor = ground.actor(Role.COORDINATION)
    day = today(ground.today)

    def ours() -> list[Row]:
        rows = with_standing(Lot.objects.visible_to(actor), actor=actor, day=day)
        return [
            (row.pk, *(getattr(row, name) for name in Progress.__annotations__ if name != "pace"))
            for row in rows.order_by(*WORST_FIRST, "pk")[:PAGE]
        ]

    return Sides(
        subject=ours, reference=lambda: rows_of(WORST, values(day, reader=actor.organisation_id)), told=told
    )


def values(day: Today, *, reader: int) -> dict[str, Any]:
    """Return what the statement needs."""
    return {
        "department": DEPARTMENT,
        "reader": reader,
        "on": day.on,
        "judged_on": day.judged_on,
        "silent_share": day.limits.silent_share,
        "on_time": day.limits.on_time,
        "late": day.limits.late,
        "bound": list(BOUND),
        "over": list(OVER),
        "suspended": TenderStatus.SUSPENDED,
        "submitted": StatementStatus.SUBMITTED,
        "cancelled": PlacementStatus.CANCELLED,
        "lead": GroupRole.LEAD,
        "page": PAGE,
    } | {standing.name.lower(): standing.value for standing in Standing}


def told(rows: list[Row]) -> list[tuple[Any, ...]]:
    """Return rows as they are compared: whoever has nobody at work has nobody, however it is said."""
    return [(*row[:7], row[7] or 0, *row[8:]) for row in rows]


WORST_LOTS = Measure(
    name="lots-list",
    limit=3.0,
    subject="the hundred worst of all lots",
    reference="one SQL statement written by hand",
    sides=sides,
)
