"""Findings about a source lead back to file, line and column."""

MODEL = """\
- name: orders
  table: orders
  grain: [id]
  joins:
    - to: customers
      on: customer_id = customers.id
      relationship: many_to_one
  measures:
    - name: revenue
      expr: "sum(amount) / nothing"
    - name: total
      expr: |
        sum(
          amont
        )
"""
