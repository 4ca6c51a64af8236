"""The components as tags, known to every template: see the functions for what each one takes.

Blocks: `{% panel title="…" %}…{% endpanel %}`. Lines: `{% status state=lot.state %}`.
"""

from django import template

from inclusiv.core.components import actions, figures, forms, icons, layout, tables

register = template.Library()

BLOCKS = (
    actions.action_bar,
    actions.action_links,
    figures.big_figure,
    figures.chart,
    figures.figures,
    layout.definition,
    layout.definition_list,
    layout.empty_state,
    layout.notice,
    layout.page_header,
    layout.panel,
    layout.slot,
    layout.warm_panel,
    tables.data_table,
)
LINES = (
    actions.action_link,
    actions.button,
    actions.link_button,
    actions.search_box,
    actions.segmented,
    actions.tabs,
    figures.counter,
    figures.key_figure,
    figures.progress_bar,
    figures.status,
    figures.two_lines,
    forms.error_summary,
    icons.icon,
    layout.awaited,
    layout.breadcrumb,
    layout.contact_card,
    tables.list_panel,
    tables.sort_header,
)

for block in BLOCKS:
    register.simple_block_tag(block)
for line in LINES:
    register.simple_tag(line)
register.simple_block_tag(actions.confirm, takes_context=True)
register.simple_tag(figures.timeline, takes_context=True)
