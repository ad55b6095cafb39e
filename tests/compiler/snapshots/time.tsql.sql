SELECT
TOP 1000
  DATETRUNC(SECOND, orders.created_at) AS created_at_second,
  DATETRUNC(MINUTE, orders.created_at) AS created_at_minute,
  DATETRUNC(HOUR, orders.created_at) AS created_at_hour,
  DATETRUNC(DAY, orders.created_at) AS created_at_day,
  DATETRUNC(ISO_WEEK, orders.created_at) AS created_at_week,
  DATETRUNC(MONTH, orders.created_at) AS created_at_month,
  DATETRUNC(QUARTER, orders.created_at) AS created_at_quarter,
  DATETRUNC(YEAR, orders.created_at) AS created_at_year,
  CAST((
    SUM(orders.amount) - SUM(orders.[cost])
  ) AS FLOAT) / NULLIF(COUNT(*), 0) AS net_per_order
FROM orders AS orders
GROUP BY
  DATETRUNC(SECOND, orders.created_at),
  DATETRUNC(MINUTE, orders.created_at),
  DATETRUNC(HOUR, orders.created_at),
  DATETRUNC(DAY, orders.created_at),
  DATETRUNC(ISO_WEEK, orders.created_at),
  DATETRUNC(MONTH, orders.created_at),
  DATETRUNC(QUARTER, orders.created_at),
  DATETRUNC(YEAR, orders.created_at)
