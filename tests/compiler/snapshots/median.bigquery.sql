WITH orders_facts AS (
  SELECT
    numbered.status AS status,
    MAX(
      CASE
        WHEN numbered.row_index <= 0.5 * (
          numbered.value_count - 1
        )
        AND numbered.row_index + 1 > 0.5 * (
          numbered.value_count - 1
        )
        THEN numbered.`value`
      END
    ) + (
      MAX(
        CASE
          WHEN numbered.row_index >= 0.5 * (
            numbered.value_count - 1
          )
          AND numbered.row_index - 1 < 0.5 * (
            numbered.value_count - 1
          )
          THEN numbered.`value`
        END
      ) - MAX(
        CASE
          WHEN numbered.row_index <= 0.5 * (
            numbered.value_count - 1
          )
          AND numbered.row_index + 1 > 0.5 * (
            numbered.value_count - 1
          )
          THEN numbered.`value`
        END
      )
    ) * (
      MAX(0.5 * (
        numbered.value_count - 1
      )) - MAX(
        CASE
          WHEN numbered.row_index <= 0.5 * (
            numbered.value_count - 1
          )
          AND numbered.row_index + 1 > 0.5 * (
            numbered.value_count - 1
          )
          THEN numbered.row_index
        END
      )
    ) AS middle
  FROM (
    SELECT
      picked.status AS status,
      picked.`value` AS `value`,
      ROW_NUMBER() OVER (
        PARTITION BY picked.status
        ORDER BY CASE WHEN picked.`value` IS NULL THEN 1 ELSE 0 END, picked.`value`
      ) - 1 AS row_index,
      COUNT(picked.`value`) OVER (PARTITION BY picked.status) AS value_count
    FROM (
      SELECT
        orders.status AS status,
        orders.amount AS `value`
      FROM orders AS orders
    ) AS picked
  ) AS numbered
  GROUP BY
    numbered.status
)
SELECT
  combined.status AS status,
  MAX(combined.middle) AS middle
FROM (
  SELECT
    orders_facts.status,
    orders_facts.middle
  FROM orders_facts
) AS combined
GROUP BY
  combined.status
LIMIT 1000
