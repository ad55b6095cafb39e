SELECT
  DATE_TRUNC(orders.created_at, SECOND) AS created_at_second,
  DATE_TRUNC(orders.created_at, MINUTE) AS created_at_minute,
  DATE_TRUNC(orders.created_at, HOUR) AS created_at_hour,
  DATE_TRUNC(orders.created_at, DAY) AS created_at_day,
  DATE_TRUNC(orders.created_at, ISOWEEK) AS created_at_week,
  DATE_TRUNC(orders.created_at, MONTH) AS created_at_month,
  DATE_TRUNC(orders.created_at, QUARTER) AS created_at_quarter,
  DATE_TRUNC(orders.created_at, YEAR) AS created_at_year,
  CAST((
    SUM(orders.amount) - SUM(orders.`cost`)
  ) AS FLOAT64) / NULLIF(COUNT(*), 0) AS net_per_order
FROM orders AS orders
GROUP BY
  DATE_TRUNC(orders.created_at, SECOND),
  DATE_TRUNC(orders.created_at, MINUTE),
  DATE_TRUNC(orders.created_at, HOUR),
  DATE_TRUNC(orders.created_at, DAY),
  DATE_TRUNC(orders.created_at, ISOWEEK),
  DATE_TRUNC(orders.created_at, MONTH),
  DATE_TRUNC(orders.created_at, QUARTER),
  DATE_TRUNC(orders.created_at, YEAR)
LIMIT 1000
