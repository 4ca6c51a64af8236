"""The indicators of a year as somebody would write them by hand: four statements, each reading its rows once.

A second writing of DOMAIN.md 8.3, kept away from the first on purpose: when both agree on thousands of rows, neither has
slipped. Parameters are those of `figures.parameters`.
"""

HOURS = """
WITH entry AS (
    SELECT entry.month, entry.kind, placement.modality, buyer.buyer_kind, employer.company_kind, employer.id AS employer,
           entry.counted
    FROM hours_hourentry entry
    JOIN placements_placement placement ON placement.id = entry.placement_id
    JOIN accounts_organisation employer ON employer.id = placement.employer_id
    JOIN procurement_award award ON award.id = entry.award_id
    JOIN procurement_lot lot ON lot.id = award.lot_id
    JOIN procurement_tender tender ON tender.id = lot.tender_id AND tender.department = %(department)s
    JOIN accounts_organisation buyer ON buyer.id = tender.buyer_id
    WHERE entry.month BETWEEN %(first)s AND %(last)s AND entry.recorded_at <= %(cut_off)s
)
SELECT month, kind, modality, buyer_kind, company_kind, sum(counted), count(DISTINCT employer)
FROM entry GROUP BY GROUPING SETS ((month), (kind), (modality), (buyer_kind), (company_kind))
"""
"""One row by value of one column, the others being NULL."""

PEOPLE = """
WITH worked AS (
    SELECT entry.placement_id, entry.award_id
    FROM hours_hourentry entry
    JOIN procurement_award award ON award.id = entry.award_id
    JOIN procurement_lot lot ON lot.id = award.lot_id
    JOIN procurement_tender tender ON tender.id = lot.tender_id AND tender.department = %(department)s
    WHERE entry.month BETWEEN %(first)s AND %(last)s AND entry.recorded_at <= %(cut_off)s
    GROUP BY 1, 2 HAVING sum(entry.counted) >= 0.01
), person AS (
    SELECT coalesce(person.merged_into_id, person.id) AS who, kind.label, facts.*
    FROM worked
    JOIN placements_placement placement ON placement.id = worked.placement_id
    JOIN people_person person ON person.id = placement.person_id
    LEFT JOIN people_eligibilityfacts facts ON facts.check_of_id = placement.check_of_id
    JOIN procurement_award award ON award.id = worked.award_id
    JOIN procurement_lot lot ON lot.id = award.lot_id
    JOIN procurement_tender tender ON tender.id = lot.tender_id
    JOIN accounts_organisation buyer ON buyer.id = tender.buyer_id
    LEFT JOIN unnest(%(kinds)s::text[], %(labels)s::text[]) AS kind(code, label) ON kind.code = buyer.buyer_kind
)
SELECT label, GROUPING(label) = 1 AS is_whole, count(*), count(DISTINCT who),
    count(DISTINCT who) FILTER (WHERE 'RSA' = ANY(criteria)),
    count(DISTINCT who) FILTER (WHERE sex = 'F'),
    count(DISTINCT who) FILTER (WHERE age < 26),
    count(DISTINCT who) FILTER (WHERE age >= 50),
    count(DISTINCT who) FILTER (WHERE criteria && %(long_term)s::varchar[]),
    count(DISTINCT who) FILTER (WHERE 'QPV_RESIDENT' = ANY(criteria)),
    count(DISTINCT who) FILTER (WHERE education = ANY(%(low_education)s)),
    count(DISTINCT who) FILTER (WHERE 'PLIE_PARTICIPANT' = ANY(criteria))
FROM person GROUP BY GROUPING SETS ((), (label))
"""

OWED = """
WITH obliged AS (
    SELECT obligation.id, award.id AS award, tender.id AS tender, tender.buyer_id AS buyer, tender.notified_on,
        tender.ends_on, kind.label, known.quantity,
        round(known.quantity * (least(tender.ends_on, %(year_end)s) - greatest(tender.starts_on, %(first)s) + 1)
              / (tender.ends_on - tender.starts_on + 1), 2) AS owed
    FROM obligations_obligation obligation
    JOIN procurement_lot lot ON lot.id = obligation.lot_id
    JOIN procurement_award award ON award.lot_id = lot.id
    JOIN procurement_tender tender ON tender.id = lot.tender_id AND tender.department = %(department)s
    JOIN accounts_organisation buyer ON buyer.id = tender.buyer_id
    LEFT JOIN unnest(%(kinds)s::text[], %(labels)s::text[]) AS kind(code, label) ON kind.code = buyer.buyer_kind
    JOIN LATERAL (
        SELECT quantity FROM obligations_obligationversion version
        WHERE version.obligation_id = obligation.id
          AND version.effective_on <= %(year_end)s AND version.recorded_at <= %(cut_off)s
        ORDER BY number DESC LIMIT 1
    ) known ON known.quantity > 0
    WHERE obligation.unit = 'HOURS' AND tender.status = ANY(%(bound)s) AND tender.notified_on <= %(year_end)s
      AND tender.starts_on <= %(year_end)s AND tender.ends_on >= %(first)s
), ended AS (
    SELECT coalesce(sum(entry.counted), 0) * 100 / obliged.quantity AS rate
    FROM obliged
    LEFT JOIN hours_hourentry entry ON entry.obligation_id = obliged.id AND entry.recorded_at <= %(cut_off)s
    WHERE obliged.ends_on BETWEEN %(first)s AND least(%(year_end)s, %(known_on)s)
    GROUP BY obliged.id, obliged.quantity
)
SELECT label, GROUPING(label) = 1 AS is_whole, count(DISTINCT tender), sum(owed),
    count(DISTINCT tender) FILTER (WHERE notified_on >= %(first)s),
    count(DISTINCT buyer),
    (SELECT count(DISTINCT organisation_id) FROM procurement_groupmember WHERE award_id IN (SELECT award FROM obliged)),
    (SELECT count(*) FROM ended WHERE rate >= 100),
    (SELECT count(*) FROM ended WHERE rate >= 90 AND rate < 100),
    (SELECT count(*) FROM ended WHERE rate < 90)
FROM obliged GROUP BY GROUPING SETS ((), (label))
"""

STATEMENTS = """
WITH placed AS (
    SELECT DISTINCT placement.award_id, placement.declarant_id, due.month, due.due_on
    FROM placements_placement placement
    JOIN procurement_award award ON award.id = placement.award_id
    JOIN procurement_lot lot ON lot.id = award.lot_id
    JOIN procurement_tender tender ON tender.id = lot.tender_id AND tender.department = %(department)s
    CROSS JOIN LATERAL generate_series(
        date_trunc('month', greatest(placement.hired_on, tender.starts_on, %(first)s)::timestamp),
        least(placement.ended_on, tender.ends_on, %(known_on)s), '1 month') AS begun
    JOIN unnest(%(months)s::date[], %(due_days)s::date[]) AS due(month, due_on) ON due.month = begun
    WHERE placement.status <> 'CANCELLED' AND placement.modality <> 'PMSMP' AND tender.starts_on IS NOT NULL
      AND greatest(placement.hired_on, tender.starts_on, %(first)s)
          <= least(placement.ended_on, tender.ends_on, %(known_on)s)
      AND due.due_on < %(known_on)s
      AND EXISTS (SELECT FROM obligations_obligation obligation
                  WHERE obligation.lot_id = lot.id AND obligation.unit = 'HOURS' AND obligation.status = 'BINDING' AND obligation.quantity > 0)
), arrived AS (
    SELECT award_id, declarant_id, month,
        (array_agg(received_on ORDER BY version) FILTER (WHERE received_on IS NOT NULL))[1] AS received_on
    FROM hours_statement WHERE month BETWEEN %(first)s AND %(last)s GROUP BY 1, 2, 3
), waiting AS (
    SELECT sum(line.hours) AS hours, count(DISTINCT statement.id) AS statements
    FROM hours_statementline line
    JOIN hours_statement statement ON statement.id = line.statement_id AND statement.status = 'SUBMITTED'
    JOIN procurement_award award ON award.id = statement.award_id
    JOIN procurement_lot lot ON lot.id = award.lot_id
    JOIN procurement_tender tender ON tender.id = lot.tender_id AND tender.department = %(department)s
    WHERE statement.month BETWEEN %(first)s AND %(last)s
)
SELECT count(*), count(*) FILTER (WHERE arrived.received_on <= placed.due_on),
    (SELECT coalesce(hours, 0.00) FROM waiting), (SELECT statements FROM waiting)
FROM placed LEFT JOIN arrived USING (award_id, declarant_id, month)
"""
