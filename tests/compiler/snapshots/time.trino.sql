SELECT
  DATE_TRUNC('SECOND', orders.created_at) AS created_at_second,
  DATE_TRUNC('MINUTE', orders.created_at) AS created_at_minute,
  DATE_TRUNC('HOUR', orders.created_at) AS created_at_hour,
  DATE_TRUNC('DAY', orders.created_at) AS created_at_day,
  DATE_TRUNC('WEEK', orders.created_at) AS created_at_week,
  DATE_TRUNC('MONTH', orders.created_at) AS created_at_month,
  DATE_TRUNC('QUARTER', orders.created_at) AS created_at_quarter,
  DATE_TRUNC('YEAR', orders.created_at) AS created_at_year,
  CAST((
    SUM(orders.amount) - SUM(orders."cost")
  ) AS DOUBLE) / NULLIF(COUNT(*), 0) AS net_per_order
FROM orders AS orders
GROUP BY
  DATE_TRUNC('SECOND', orders.created_at),
  DATE_TRUNC('MINUTE', orders.created_at),
  DATE_TRUNC('HOUR', orders.created_at),
  DATE_TRUNC('DAY', orders.created_at),
  DATE_TRUNC('WEEK', orders.created_at),
  DATE_TRUNC('MONTH', orders.created_at),
  DATE_TRUNC('QUARTER', orders.created_at),
  DATE_TRUNC('YEAR', orders.created_at)
LIMIT 1000
