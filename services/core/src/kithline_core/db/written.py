"""Registers and cells as the engine takes them: rows that speak of no person, whole, whatever the window."""

from typing import Final

INCIDENTS = """
    select incident, (extract(epoch from occurred_at) * 1000000)::bigint as occurred_at,
           (extract(epoch from acknowledged_at) * 1000000)::bigint as acknowledged_at,
           (extract(epoch from remedied_at) * 1000000)::bigint as remedied_at, public, community, evidence
      from incidents
     where tenant_id = $1
"""

IDEAS = """
    select idea, (extract(epoch from submitted_at) * 1000000)::bigint as submitted_at, "group", department,
           community, status, (extract(epoch from decided_at) * 1000000)::bigint as decided_at,
           (extract(epoch from implemented_at) * 1000000)::bigint as implemented_at, implementer, evidence
      from ideas
     where tenant_id = $1
"""

DECISIONS = """
    select decision, (extract(epoch from decided_at) * 1000000)::bigint as decided_at, department, cites,
           evidence
      from decisions
     where tenant_id = $1
"""

OUTCOMES = """
    select outcome, (extract(epoch from dated) * 1000000)::bigint as dated, kind, department, community,
           verified, ours, theirs, evidence
      from outcomes
     where tenant_id = $1
"""

ROADMAP = """
    select purpose, "order", community, horizon, value, risk, investment, signed_by, decides
      from roadmap
     where tenant_id = $1
"""

BARRIERS = """
    select barrier, code, strength, owner, countermeasure, gate, open
      from barriers
     where tenant_id = $1
"""

INTERVENTIONS = """
    select intervention, (extract(epoch from started_at) * 1000000)::bigint as started_at,
           (extract(epoch from ended_at) * 1000000)::bigint as ended_at, kind, aim, department, community,
           owner, evidence
      from interventions
     where tenant_id = $1
"""

GROUP_TIES = """
    select period, level, a, b, people_a, people_b, ties, forward, backward, members, met, departments,
           departments_at_floor, within, expected, items, adopted, sharing, evenness
      from group_ties
     where tenant_id = $1
"""

GROUP_ACTIVITY = """
    select period, community, "group", contributors, contributions, events
      from group_activity
     where tenant_id = $1
"""

WAITS = """
    select period, community, "group", people, openings, answered, within_24h, within_168h, median_hours
      from waits
     where tenant_id = $1
"""

CONTRIBUTIONS = """
    select period, community, "group", least, most, contributors, contributions
      from contributions
     where tenant_id = $1
"""

VALUE_LINES = """
    select line, document->>'side' as side, document->>'kind' as kind,
           (document->'count'->>'low')::float8 as count_low, (document->'count'->>'likely')::float8 as count_likely,
           (document->'count'->>'high')::float8 as count_high, (document->'unit_value'->>'low')::float8 as unit_low,
           (document->'unit_value'->>'likely')::float8 as unit_likely,
           (document->'unit_value'->>'high')::float8 as unit_high,
           (document->'attribution'->>'low')::float8 as attribution_low,
           (document->'attribution'->>'likely')::float8 as attribution_likely,
           (document->'attribution'->>'high')::float8 as attribution_high,
           (document->>'start_month')::integer as start_month, document->>'evidence' as evidence,
           document->>'driver' as driver, document->>'overlaps' as overlaps,
           coalesce((select discount_rate from value_models where tenant_id = $1), 0.0) as discount_rate
      from value_lines
     where tenant_id = $1
"""

PLAIN: Final = {
    "incidents": INCIDENTS,
    "ideas": IDEAS,
    "decisions": DECISIONS,
    "outcomes": OUTCOMES,
    "roadmap": ROADMAP,
    "barriers": BARRIERS,
    "interventions": INTERVENTIONS,
    "value_lines": VALUE_LINES,
    "group_ties": GROUP_TIES,
    "group_activity": GROUP_ACTIVITY,
    "waits": WAITS,
    "contributions": CONTRIBUTIONS,
}
